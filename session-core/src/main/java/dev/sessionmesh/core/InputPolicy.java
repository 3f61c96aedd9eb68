package dev.sessionmesh.core;

/** What a new input does while a turn is running. */
public enum InputPolicy {
    /** It waits its turn. */
    ENQUEUE,
    /** It is refused with {@code turn_active}. */
    REJECT,
    /** It cancels what is running and queued, and starts. */
    INTERRUPT,
    /** Like {@link #INTERRUPT}, and what was cancelled is no part of the conversation any more. */
    ROLLBACK,
    /** It joins the input that waits last, if one waits; both are answered by one turn. */
    MERGE,
    /** It takes the place of whatever waits. */
    LATEST,
    /** The running turn is told of it at once; if that turn ends before it heard, it becomes an input of its own. */
    STEER
}
