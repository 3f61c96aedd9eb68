package dev.sessionmesh.gateway;

import dev.sessionmesh.core.SessionKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How the tabs of a node are served at this moment. Those of its event loops add up.
 *
 * @param tabs in all sessions
 * @param sessions that they are in
 * @param behind tabs that have not been handed all that there is
 * @param heldUp those of them whose connection takes nothing at the moment
 * @param slowest the furthest behind, furthest first
 */
public record Traffic(int tabs, int sessions, int behind, int heldUp, List<Slow> slowest) {
    public static final Traffic NONE = new Traffic(0, 0, 0, 0, List.of());
    /** So many of the slowest are told of one by one. */
    static final int SLOWEST = 20;

    /** @param events that it has not been handed */
    public record Slow(SessionKey key, long events, boolean heldUp) {}

    public Traffic {
        slowest = List.copyOf(slowest);
    }

    static List<Slow> slowest(List<Slow> some) {
        return some.stream()
                .sorted(Comparator.comparingLong(Slow::events).reversed())
                .limit(SLOWEST)
                .toList();
    }

    public Traffic plus(Traffic other) {
        List<Slow> both = new ArrayList<>(slowest);
        both.addAll(other.slowest);
        return new Traffic(
                tabs + other.tabs,
                sessions + other.sessions,
                behind + other.behind,
                heldUp + other.heldUp,
                slowest(both));
    }
}
