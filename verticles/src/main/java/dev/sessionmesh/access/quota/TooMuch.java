package dev.sessionmesh.access.quota;

/**
 * A refusal because of a limit.
 *
 * @param limit in words that may be shown to the caller
 * @param retryAfterMs when there may be room again
 */
public record TooMuch(String limit, long retryAfterMs) {}
