package dev.sessionmesh.client;

import java.time.Duration;

/**
 * Every bound of this client.
 *
 * @param connectTimeout how long a connection attempt may take before another node is tried
 * @param attachTimeout how long an {@code attach} may stay unanswered, or a snapshot stand still, before another node is tried
 * @param requestTimeout how long an HTTP request waits for a connection, then for its answer to begin, and then for the rest of it,
 *     before another node is asked
 * @param backoffBase the first reconnect waits a random part of this; each further one of its double
 * @param backoffCap no reconnect waits longer than this
 * @param commandPatience how long a command is resent before it fails with {@code timeout}; its effect is then unknown
 * @param commandsInFlight commands sent and not yet answered; at most the 64 numbers a session remembers of a client
 * @param commandsWaiting commands accepted from the caller and not yet answered, those in flight included
 * @param frameBytesMax the longest message accepted from a server, in bytes
 * @param quietTime a connection that was silent for so long, or for the server's heartbeat if that is shorter, is asked whether it
 *     lives; while a command waits for its answer, {@code answerTime} counts instead
 * @param answerTime how long the answer to that may take before the connection counts as dead
 * @param toolClaim how long a session waits for a heartbeat of a front-end call that a tab executes, where the server does not tell; a
 *     heartbeat is sent after a third of it
 * @param streamQuiet an event stream that was silent for so long is given up; servers say something every heartbeat, 20 s by default
 * @param streamEventBytesMax the longest event accepted from such a stream, in bytes
 */
public record ClientLimits(
        Duration connectTimeout,
        Duration attachTimeout,
        Duration requestTimeout,
        Duration backoffBase,
        Duration backoffCap,
        Duration commandPatience,
        int commandsInFlight,
        int commandsWaiting,
        int frameBytesMax,
        Duration quietTime,
        Duration answerTime,
        Duration toolClaim,
        Duration streamQuiet,
        int streamEventBytesMax) {

    /** How many numbers of a client a session remembers (docs/protocol.md, command ids). */
    private static final int NUMBER_WINDOW = 64;

    public ClientLimits {
        if (commandsInFlight < 1 || commandsInFlight > NUMBER_WINDOW) {
            throw new IllegalArgumentException("commandsInFlight must be 1 to " + NUMBER_WINDOW);
        }
        if (commandsWaiting < commandsInFlight) {
            throw new IllegalArgumentException("commandsWaiting must not be below commandsInFlight");
        }
        if (backoffBase.isNegative() || backoffBase.isZero() || backoffCap.compareTo(backoffBase) < 0) {
            throw new IllegalArgumentException("backoffBase must be positive and not above backoffCap");
        }
    }

    /** What suits a client on a local or metropolitan network. */
    public static ClientLimits defaults() {
        return new ClientLimits(
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(30),
                Duration.ofMillis(100),
                Duration.ofSeconds(3),
                Duration.ofSeconds(30),
                32,
                1024,
                1 << 20,
                Duration.ofSeconds(10),
                Duration.ofSeconds(2),
                Duration.ofSeconds(15),
                Duration.ofSeconds(60),
                16 << 20);
    }

    /** The same limits with another command patience. */
    public ClientLimits withCommandPatience(Duration patience) {
        return new ClientLimits(
                connectTimeout,
                attachTimeout,
                requestTimeout,
                backoffBase,
                backoffCap,
                patience,
                commandsInFlight,
                commandsWaiting,
                frameBytesMax,
                quietTime,
                answerTime,
                toolClaim,
                streamQuiet,
                streamEventBytesMax);
    }

    /** The same limits with another back-off. */
    public ClientLimits withBackoff(Duration base, Duration cap) {
        return new ClientLimits(
                connectTimeout,
                attachTimeout,
                requestTimeout,
                base,
                cap,
                commandPatience,
                commandsInFlight,
                commandsWaiting,
                frameBytesMax,
                quietTime,
                answerTime,
                toolClaim,
                streamQuiet,
                streamEventBytesMax);
    }

    /** The same limits with other times for connecting and attaching. */
    public ClientLimits withTimeouts(Duration connect, Duration attach) {
        return new ClientLimits(
                connect,
                attach,
                requestTimeout,
                backoffBase,
                backoffCap,
                commandPatience,
                commandsInFlight,
                commandsWaiting,
                frameBytesMax,
                quietTime,
                answerTime,
                toolClaim,
                streamQuiet,
                streamEventBytesMax);
    }

    /** The same limits with another time for HTTP requests. */
    public ClientLimits withRequestTimeout(Duration request) {
        return new ClientLimits(
                connectTimeout,
                attachTimeout,
                request,
                backoffBase,
                backoffCap,
                commandPatience,
                commandsInFlight,
                commandsWaiting,
                frameBytesMax,
                quietTime,
                answerTime,
                toolClaim,
                streamQuiet,
                streamEventBytesMax);
    }

    /** The same limits with another time that an event stream may be silent. */
    public ClientLimits withStreamQuiet(Duration quiet) {
        return new ClientLimits(
                connectTimeout,
                attachTimeout,
                requestTimeout,
                backoffBase,
                backoffCap,
                commandPatience,
                commandsInFlight,
                commandsWaiting,
                frameBytesMax,
                quietTime,
                answerTime,
                toolClaim,
                quiet,
                streamEventBytesMax);
    }
}
