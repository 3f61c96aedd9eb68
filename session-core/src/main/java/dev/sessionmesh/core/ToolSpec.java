package dev.sessionmesh.core;

/**
 * A tool in a session's scope.
 *
 * @param parameters JSON Schema of its arguments, as JSON text; empty when unknown
 */
public record ToolSpec(String name, String description, String parameters, Executor executor, boolean approval) {
    /** Who runs a call: one of the attached tabs, or the server. */
    public enum Executor {
        CLIENT,
        SERVER
    }
}
