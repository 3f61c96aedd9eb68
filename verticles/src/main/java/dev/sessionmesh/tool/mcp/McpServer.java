package dev.sessionmesh.tool.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.port.ToolExecutor;
import dev.sessionmesh.core.port.ToolExecutor.Call;
import dev.sessionmesh.tool.ArgumentsJson;
import dev.sessionmesh.tool.ListedTool;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.Results;
import dev.sessionmesh.tool.Settled;
import dev.sessionmesh.tool.ToolLimits;
import dev.sessionmesh.tool.schema.ToolSchemas;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** An MCP server, what it is known to offer, and calls of it. It may be away, at the start too: then nothing is known of it yet. */
final class McpServer {
    private static final Logger LOG = LoggerFactory.getLogger(McpServer.class);
    /** Names that the mesh knows tools by; others can't be called. */
    private static final String NAME = "[A-Za-z0-9_.-]{1,64}";

    private final NodeTools.McpServer settings;
    private final ToolLimits limits;
    private final ToolSchemas schemas;
    private final McpLink link;
    private volatile Map<String, ListedTool> known = Map.of();
    private volatile boolean silent;

    McpServer(NodeTools.McpServer settings, ToolLimits limits, ToolSchemas schemas, Executor threads) {
        this.settings = settings;
        this.limits = limits;
        this.schemas = schemas;
        this.link = new McpLink(settings, limits, threads, this::learn);
    }

    Collection<ListedTool> tools() {
        return known.values();
    }

    Optional<ListedTool> tool(String name) {
        return Optional.ofNullable(known.get(name));
    }

    /** Asks for the tools anew, in the background. */
    void refresh() {
        list().subscribe(tools -> silent = false, away -> {
            if (!silent) {
                silent = true;
                LOG.warn("MCP server {} does not say what tools it has; it is asked again", settings.name());
                LOG.debug("MCP server {}", settings.name(), away);
            }
        });
    }

    ToolExecutor.Execution run(Call call, ToolExecutor.Progress progress) {
        McpCall running = new McpCall(link, settings, limits, call, progress);
        Optional<JsonNode> arguments = call.arguments() instanceof Payload.Inline(String text)
                ? ArgumentsJson.arguments(text).filter(JsonNode::isObject)
                : Optional.empty();
        if (arguments.isEmpty()) {
            return new Settled(Results.error("the arguments are not a JSON object"));
        }
        return running.start(find(call.tool().name()).doOnNext(tool -> check(tool, arguments.get())), arguments.get());
    }

    /** What is not known yet is asked for: the server may have been away until now, or have learnt it since. */
    private Mono<ListedTool> find(String name) {
        Mono<ListedTool> asked = list().then(Mono.fromSupplier(() -> tool(name)))
                .flatMap(Mono::justOrEmpty)
                .switchIfEmpty(Mono.error(
                        () -> new McpCall.Refusal("the MCP server " + settings.name() + " has no tool " + name)));
        return Mono.defer(() -> Mono.justOrEmpty(tool(name))).switchIfEmpty(asked);
    }

    private void check(ListedTool tool, JsonNode arguments) {
        schemas.problem(tool.parameters(), arguments).ifPresent(problem -> {
            throw new McpCall.Refusal("the arguments are not what " + tool.name() + " takes: " + problem);
        });
    }

    private Mono<Void> list() {
        return link.ask(on -> page(on, null, new ArrayList<>()))
                .timeout(settings.timeout())
                .doOnNext(this::learn)
                .then();
    }

    private Mono<List<McpSchema.Tool>> page(McpLine on, @Nullable String cursor, List<McpSchema.Tool> before) {
        return on.client().listTools(cursor).flatMap(page -> {
            before.addAll(Objects.requireNonNullElse(page.tools(), List.of()));
            String next = page.nextCursor();
            boolean last = next == null || next.isEmpty() || before.size() >= limits.mcpTools();
            return last ? Mono.just(before) : page(on, next, before);
        });
    }

    private void learn(List<McpSchema.Tool> tools) {
        Map<String, ListedTool> now = new LinkedHashMap<>();
        for (McpSchema.Tool tool : tools) {
            if (now.size() < limits.mcpTools()
                    && tool.name() != null
                    && tool.name().matches(NAME)) {
                now.put(tool.name(), described(tool));
            }
        }
        if (!now.keySet().equals(known.keySet())) {
            LOG.info("MCP server {} has {} tools, of which {} can be used", settings.name(), tools.size(), now.size());
        }
        known = Collections.unmodifiableMap(now);
    }

    private ListedTool described(McpSchema.Tool tool) {
        String schema = McpResults.schema(tool);
        if (!known.containsKey(tool.name())) {
            schemas.unusable(schema)
                    .ifPresent(why -> LOG.warn(
                            "MCP server {}: the arguments of {} are not checked here, its schema can't be used: {}",
                            settings.name(),
                            tool.name(),
                            why));
        }
        McpSchema.ToolAnnotations hints = tool.annotations();
        boolean repeatable = hints != null
                && (Boolean.TRUE.equals(hints.idempotentHint()) || Boolean.TRUE.equals(hints.readOnlyHint()));
        return new ListedTool(
                tool.name(),
                Results.cut(Objects.requireNonNullElse(tool.description(), ""), limits.errorChars()),
                schema,
                repeatable);
    }

    void close() {
        link.close();
    }
}
