package dev.sessionmesh.tool.mcp;

import dev.sessionmesh.core.port.ToolExecutor;
import dev.sessionmesh.core.port.ToolExecutor.Call;
import dev.sessionmesh.tool.KnownTools;
import dev.sessionmesh.tool.ListedTool;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.Results;
import dev.sessionmesh.tool.Settled;
import dev.sessionmesh.tool.ToolLimits;
import dev.sessionmesh.tool.schema.ToolSchemas;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The MCP servers that this node was told of. Their SDK's threads never meet an event loop: what they bring is brought over by whoever asked. */
public final class McpServers implements KnownTools, AutoCloseable {
    private final Map<String, McpServer> servers = new HashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    public McpServers(Collection<NodeTools.McpServer> settings, ToolLimits limits, ToolSchemas schemas) {
        settings.forEach(one -> servers.put(one.name(), new McpServer(one, limits, schemas, threads)));
    }

    /** Asks every server what tools it has; at the start, and again from time to time. Does not wait for the answers. */
    public void refresh() {
        servers.values().forEach(McpServer::refresh);
    }

    @Override
    public Collection<ListedTool> tools(String server) {
        McpServer there = servers.get(server);
        return there == null ? List.of() : there.tools();
    }

    @Override
    public Optional<ListedTool> tool(String server, String name) {
        return Optional.ofNullable(servers.get(server)).flatMap(there -> there.tool(name));
    }

    public ToolExecutor.Execution run(String server, Call call, ToolExecutor.Progress progress) {
        McpServer there = servers.get(server);
        return there == null
                ? new Settled(Results.error("this node knows no MCP server " + server))
                : there.run(call, progress);
    }

    @Override
    public void close() {
        servers.values().forEach(McpServer::close);
        threads.shutdown();
    }
}
