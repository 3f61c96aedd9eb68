package dev.sessionmesh.core;

/**
 * Who executes a turn.
 *
 * @param node the name people know, stable across restarts
 * @param incarnation this start of it; a restarted node is another runner
 */
public record Runner(String node, String incarnation) {
    public static final Runner NONE = new Runner("", "");
}
