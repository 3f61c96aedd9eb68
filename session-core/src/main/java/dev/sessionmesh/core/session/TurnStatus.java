package dev.sessionmesh.core.session;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The states of a turn. {@link #TRANSITIONS} is the only place that says which may follow which: {@link Session} asserts it at
 * every step and docs/turn-states.md is generated from it.
 */
public enum TurnStatus {
    RECEIVED,
    IN_PROGRESS,
    AWAITING_APPROVAL,
    AWAITING_TOOL,
    AWAITING_INPUT,
    COMPLETED,
    FAILED,
    CANCELLED,
    EXPIRED;

    private static final Set<TurnStatus> ENDS = EnumSet.of(COMPLETED, FAILED, CANCELLED, EXPIRED);

    public static final Map<TurnStatus, Set<TurnStatus>> TRANSITIONS = Map.of(
            RECEIVED, EnumSet.of(IN_PROGRESS, CANCELLED, EXPIRED, FAILED),
            IN_PROGRESS, all(AWAITING_APPROVAL, AWAITING_TOOL, AWAITING_INPUT),
            AWAITING_APPROVAL, all(IN_PROGRESS, AWAITING_TOOL),
            AWAITING_TOOL, all(IN_PROGRESS, AWAITING_APPROVAL),
            AWAITING_INPUT, all(IN_PROGRESS),
            COMPLETED, EnumSet.noneOf(TurnStatus.class),
            FAILED, EnumSet.noneOf(TurnStatus.class),
            CANCELLED, EnumSet.noneOf(TurnStatus.class),
            EXPIRED, EnumSet.noneOf(TurnStatus.class));

    private static Set<TurnStatus> all(TurnStatus first, TurnStatus... rest) {
        Set<TurnStatus> next = EnumSet.of(first, rest);
        next.addAll(ENDS);
        return next;
    }

    public boolean ended() {
        return ENDS.contains(this);
    }

    /** Whether the turn waits for somebody else than its runner. */
    public boolean waiting() {
        return this == AWAITING_APPROVAL || this == AWAITING_TOOL || this == AWAITING_INPUT;
    }

    public boolean mayBecome(TurnStatus next) {
        return TRANSITIONS.getOrDefault(this, Set.of()).contains(next);
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
