package dev.sessionmesh.core;

/** What a new input does while a turn is running. */
public enum InputPolicy {
    /** It waits its turn. */
    ENQUEUE,
    /** It is refused with {@code turn_active}. */
    REJECT,
    /** It cancels what is running and queued, and starts. */
    INTERRUPT
}
