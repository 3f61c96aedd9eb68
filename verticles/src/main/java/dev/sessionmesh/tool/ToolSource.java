package dev.sessionmesh.tool;

import dev.sessionmesh.core.ToolSpec;

/** Where a tool comes from, as a session's scope says it. */
public sealed interface ToolSource {
    /** The mesh's own, or a front end's. */
    record BuiltIn() implements ToolSource {}

    record Mcp(String server) implements ToolSource {}

    record Http(String name) implements ToolSource {}

    /** Of no kind that this version knows. */
    record Strange(String text) implements ToolSource {}

    static ToolSource of(ToolSpec tool) {
        String text = tool.source();
        if (text.isEmpty()) {
            return new BuiltIn();
        }
        if (text.startsWith("mcp:")) {
            return new Mcp(text.substring("mcp:".length()));
        }
        return text.startsWith("http:") ? new Http(text.substring("http:".length())) : new Strange(text);
    }
}
