package dev.sessionmesh.core.presence;

import java.time.Duration;

/**
 * The bounds of presence.
 *
 * @param listed tabs of a session that are listed; the others are counted
 * @param textBytes longest {@code focus} or {@code status}
 * @param updatesPerSecond what a connection may say about itself per second, sustained; twice as many at once
 * @param remembered devices of a session that left and are still known
 * @param rememberedSessions sessions without tabs here whose departed devices a node still knows
 * @param interval of a session's changes at most one frame is made in so long
 * @param typing how long somebody types who does not say it again
 * @param silence a node that says nothing for so long has nobody here
 */
public record PresenceLimits(
        int listed,
        int textBytes,
        int updatesPerSecond,
        int remembered,
        int rememberedSessions,
        Duration interval,
        Duration typing,
        Duration silence) {

    public static final PresenceLimits DEFAULT = new PresenceLimits(
            100, 256, 10, 32, 1_000, Duration.ofMillis(250), Duration.ofSeconds(6), Duration.ofSeconds(5));
}
