package dev.sessionmesh.access.quota;

import java.util.OptionalInt;
import java.util.function.Function;

/**
 * How much one tenant, one user, or one address may use.
 *
 * @param sessions that there are, made by whomever; of a tenant only
 * @param connections WebSockets and event streams at once; of an address as many connections for plain requests besides
 * @param requestsPerSecond by HTTP, handshakes included
 * @param commandsPerSecond frames and commands by HTTP
 * @param sessionsPerSecond made
 * @param bytesPerSecond of frames and of bodies, coming in
 */
public record Quota(
        int sessions,
        int connections,
        int requestsPerSecond,
        int commandsPerSecond,
        int sessionsPerSecond,
        int bytesPerSecond) {
    /** No limit. */
    public static final int ANY = Integer.MAX_VALUE;

    /** More than a node of two processors can do, so that it holds whoever sets nothing. */
    public static final Quota TENANT = new Quota(ANY, 100_000, 5_000, 5_000, 500, 67_108_864);

    /** Offices share an address, so it is generous. */
    public static final Quota ADDRESS = new Quota(ANY, 5_000, 1_000, 2_000, 100, 16_777_216);

    /** Back ends are users too, and come from one address. */
    public static final Quota USER = ADDRESS;

    static final Quota BOUNDLESS = new Quota(ANY, ANY, ANY, ANY, ANY, ANY);

    public Quota {
        if (sessions < 0
                || connections < 0
                || requestsPerSecond < 1
                || commandsPerSecond < 1
                || sessionsPerSecond < 1
                || bytesPerSecond < 1) {
            throw new IllegalArgumentException(
                    "sessions and connections are 0 or more, and what is per second 1 or more");
        }
    }

    /** What is given by name, and this one for the rest. */
    Quota with(Function<String, OptionalInt> given) {
        return new Quota(
                given.apply("sessions").orElse(sessions),
                given.apply("connections").orElse(connections),
                given.apply("requestsPerSecond").orElse(requestsPerSecond),
                given.apply("commandsPerSecond").orElse(commandsPerSecond),
                given.apply("sessionsPerSecond").orElse(sessionsPerSecond),
                given.apply("bytesPerSecond").orElse(bytesPerSecond));
    }

    int of(Use use) {
        return switch (use) {
            case SOCKET, CONNECTION -> connections;
            case REQUEST -> requestsPerSecond;
            case COMMAND -> commandsPerSecond;
            case SESSION -> sessionsPerSecond;
            case SESSIONS -> sessions;
            case BYTE -> bytesPerSecond;
        };
    }
}
