package dev.sessionmesh.tool.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.port.ToolExecutor;
import dev.sessionmesh.core.port.ToolExecutor.Call;
import dev.sessionmesh.tool.ArgumentsJson;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.Results;
import dev.sessionmesh.tool.Settled;
import dev.sessionmesh.tool.ToolLimits;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/** The tools behind webhooks that this node was told of. */
public final class HttpTools {
    private final Map<String, NodeTools.HttpTool> tools;
    private final HttpLine line;

    public HttpTools(Vertx vertx, Map<String, NodeTools.HttpTool> tools, ToolLimits limits) {
        this(vertx, tools, limits, () -> ThreadLocalRandom.current().nextDouble(), InstantSource.system());
    }

    /** @param random from 0 to 1, for the waits before retries */
    HttpTools(
            Vertx vertx,
            Map<String, NodeTools.HttpTool> tools,
            ToolLimits limits,
            DoubleSupplier random,
            InstantSource clock) {
        this.tools = Map.copyOf(tools);
        // A connection for each try: of one that was kept nobody can say, when it breaks, whether the server saw the
        // call.
        HttpClientOptions options = new HttpClientOptions().setKeepAlive(false);
        PoolOptions pool =
                new PoolOptions().setHttp1MaxSize(limits.connections()).setMaxWaitQueueSize(limits.waiting());
        this.line =
                new HttpLine(vertx, vertx.createHttpClient(options, pool), limits, new Waits(limits, random), clock);
    }

    public ToolExecutor.Execution run(String name, Call call) {
        NodeTools.HttpTool tool = tools.get(name);
        if (tool == null) {
            return new Settled(Results.error("this node knows no HTTP tool " + name));
        }
        // They are put into a larger document as they are: what is not exactly one JSON object could end that early.
        boolean whole = call.arguments() instanceof Payload.Inline(String text)
                && ArgumentsJson.arguments(text).filter(JsonNode::isObject).isPresent();
        return whole
                ? new HttpCall(line, tool, call).start()
                : new Settled(Results.error("the arguments are not a JSON object"));
    }
}
