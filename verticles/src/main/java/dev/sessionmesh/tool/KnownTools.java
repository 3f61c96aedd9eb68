package dev.sessionmesh.tool;

import java.util.Collection;
import java.util.Optional;

/** What MCP servers are known to have: nothing while they have not said it. */
public interface KnownTools {
    Collection<ListedTool> tools(String server);

    Optional<ListedTool> tool(String server, String name);
}
