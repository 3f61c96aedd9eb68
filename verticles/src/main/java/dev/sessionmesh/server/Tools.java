package dev.sessionmesh.server;

import dev.sessionmesh.core.port.ToolCatalogue;
import dev.sessionmesh.core.port.ToolExecutor;
import dev.sessionmesh.provider.scripted.ScriptedTools;
import dev.sessionmesh.telemetry.metrics.Metrics;
import dev.sessionmesh.tool.ArgumentsJson;
import dev.sessionmesh.tool.MeteredTools;
import dev.sessionmesh.tool.NodeToolExecutor;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.ToolLimits;
import dev.sessionmesh.tool.catalogue.NodeCatalogue;
import dev.sessionmesh.tool.http.HttpTools;
import dev.sessionmesh.tool.mcp.McpServers;
import dev.sessionmesh.tool.schema.ToolSchemas;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;

/** The tools that this node was told of, beside those of the scripts. Looks at its MCP servers while the node runs. */
final class Tools extends VerticleBase {
    private static final ToolLimits LIMITS = ToolLimits.DEFAULT;

    private final ToolSchemas schemas = new ToolSchemas();
    private final McpServers mcp;
    private final ToolCatalogue catalogue;
    private final ToolExecutor executor;

    private Tools(Vertx vertx, NodeTools node, Metrics metrics) {
        mcp = new McpServers(node.mcp().values(), LIMITS, schemas);
        HttpTools http = new HttpTools(vertx, node.http(), LIMITS);
        catalogue = new NodeCatalogue(node, mcp, schemas);
        executor = new MeteredTools(
                new NodeToolExecutor(
                        new ScriptedTools(vertx), mcp::run, (name, call, progress) -> http.run(name, call)),
                metrics);
    }

    static Tools start(Vertx vertx, NodeTools node, Metrics metrics) {
        Tools tools = new Tools(vertx, node, metrics);
        // No server has to answer for a node to start.
        var unused = vertx.deployVerticle(tools);
        return tools;
    }

    ToolCatalogue catalogue() {
        return catalogue;
    }

    ToolExecutor executor() {
        return executor;
    }

    @Override
    public Future<?> start() {
        // The library for schemas is large, and the first call would hold its event loop up while it is loaded.
        var unused =
                vertx.executeBlocking(() -> schemas.problem("{\"type\":\"object\"}", ArgumentsJson.MAPPER.nullNode()));
        mcp.refresh();
        vertx.setPeriodic(LIMITS.refresh().toMillis(), timer -> mcp.refresh());
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        mcp.close();
        return Future.succeededFuture();
    }
}
