package dev.sessionmesh.tool;

import java.time.Duration;

/**
 * Every bound of running tools.
 *
 * @param connect how long connecting may take, and beginning an MCP session
 * @param timeout of a call for which the file names none
 * @param timeoutMost the longest the file may name
 * @param resultBytes longest result; a longer one is an error
 * @param errorChars how much of an error's text is kept
 * @param retries of an HTTP tool for which the file names none
 * @param retriesMost the most the file may name
 * @param backoff the longest first wait before a retry; it doubles from one to the next
 * @param retryAfter the longest wait that a server may ask for; if it wants more, the call fails
 * @param connections calls of one HTTP tool under way at once; further ones wait
 * @param waiting how many may wait
 * @param mcpTools tools of one MCP server that are known; further ones are left out
 * @param refresh how often an MCP server is asked for its tools
 * @param progress least time between two reports of one call; what comes in between is dropped
 */
public record ToolLimits(
        Duration connect,
        Duration timeout,
        Duration timeoutMost,
        int resultBytes,
        int errorChars,
        int retries,
        int retriesMost,
        Duration backoff,
        Duration retryAfter,
        int connections,
        int waiting,
        int mcpTools,
        Duration refresh,
        Duration progress) {

    public static final ToolLimits DEFAULT = new ToolLimits(
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            1_048_576,
            2_000,
            3,
            10,
            Duration.ofMillis(500),
            Duration.ofSeconds(60),
            64,
            256,
            256,
            Duration.ofSeconds(60),
            Duration.ofMillis(100));
}
