package dev.sessionmesh.tool;

import dev.sessionmesh.core.port.ToolExecutor;

/** Sends a call to where its tool comes from. */
public record NodeToolExecutor(ToolExecutor builtIn, Remote mcp, Remote http) implements ToolExecutor {
    /** Tools of one kind. */
    @FunctionalInterface
    public interface Remote {
        /** @param name of the MCP server, or of the HTTP tool */
        Execution run(String name, Call call, Progress progress);
    }

    @Override
    public Execution run(Call call, Progress progress) {
        return switch (ToolSource.of(call.tool())) {
            case ToolSource.BuiltIn() -> builtIn.run(call, progress);
            case ToolSource.Mcp(String server) -> mcp.run(server, call, progress);
            case ToolSource.Http(String name) -> http.run(name, call, progress);
            case ToolSource.Strange(String text) ->
                new Settled(Results.error(
                        "this node does not know where " + call.tool().name() + " comes from"));
        };
    }
}
