package dev.sessionmesh.tool.file;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessionmesh.tool.ArgumentsJson;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.NodeTools.Idempotence;
import dev.sessionmesh.tool.Secret;
import dev.sessionmesh.tool.ToolLimits;
import dev.sessionmesh.tool.http.WebhookSignature;
import dev.sessionmesh.tool.schema.ToolSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the tools of a node. Whatever is wrong is told before the node starts, with the place where it stands. */
public final class ToolsFile {
    private static final long BYTES_MOST = 1 << 20;
    private static final String NAME = "[A-Za-z0-9_-]{1,64}";
    private static final String TOOL = "\\*|[A-Za-z0-9_.-]{1,64}";
    private static final Set<String> ROOT = Set.of("mcp", "http");
    private static final Set<String> MCP = Set.of("url", "headersFile", "timeoutMs", "tools");
    private static final Set<String> MCP_TOOL = Set.of("approval", "idempotent");
    private static final Set<String> HTTP =
            Set.of("url", "description", "parameters", "secretFile", "timeoutMs", "retries", "idempotent", "approval");
    private static final int DESCRIPTION_CHARS = 4_096;

    private final Path folder;
    private final ToolLimits limits;
    private final ToolSchemas schemas = new ToolSchemas();

    private ToolsFile(Path folder, ToolLimits limits) {
        this.folder = folder;
        this.limits = limits;
    }

    /** @throws ToolsFileException saying what is wrong with the file, or with one that it names */
    public static NodeTools read(Path path, ToolLimits limits) {
        JsonNode json = ArgumentsJson.read(text(path))
                .orElseThrow(() -> new ToolsFileException(
                        "bad_json", "", "not JSON, nested deeper than 32, or with a field given twice"));
        Path folder = Optional.ofNullable(path.toAbsolutePath().getParent()).orElse(path);
        return new ToolsFile(folder, limits).tools(json);
    }

    private static String text(Path path) {
        try {
            if (Files.size(path) <= BYTES_MOST) {
                return Files.readString(path);
            }
        } catch (IOException unreadable) {
            throw new ToolsFileException("unreadable", "", "it can't be read as text");
        }
        throw new ToolsFileException("too_large", "", "it has more than " + BYTES_MOST + " bytes");
    }

    private NodeTools tools(JsonNode json) {
        Section root = Section.of(json, "", folder, ROOT);
        return new NodeTools(root.entries("mcp", NAME, this::mcp), root.entries("http", NAME, this::http));
    }

    private NodeTools.McpServer mcp(String name, JsonNode json) {
        Section server = Section.of(json, "mcp." + name + ".", folder, MCP);
        List<NodeTools.Header> headers = server.secret("headersFile")
                .map(text -> HeaderLines.read(text, server))
                .orElse(List.of());
        Map<String, NodeTools.McpPolicy> policies = server.entries(
                "tools",
                TOOL,
                (tool, policy) -> policy(Section.of(policy, server.place() + "tools." + tool + ".", folder, MCP_TOOL)));
        return new NodeTools.McpServer(name, server.url("url"), headers, timeout(server), policies);
    }

    private NodeTools.McpPolicy policy(Section tool) {
        return new NodeTools.McpPolicy(ApprovalReader.read(tool), idempotence(tool));
    }

    private static Optional<Idempotence> idempotence(Section tool) {
        JsonNode said = tool.tree("idempotent");
        if (said.isTextual() && said.textValue().equals("hint")) {
            return Optional.of(Idempotence.HINT);
        }
        if (!said.isBoolean() && tool.has("idempotent")) {
            throw tool.wrong("bad_field", "idempotent", "is neither true, false nor \"hint\"");
        }
        return tool.has("idempotent")
                ? Optional.of(said.booleanValue() ? Idempotence.YES : Idempotence.NO)
                : Optional.empty();
    }

    private NodeTools.HttpTool http(String name, JsonNode json) {
        Section tool = Section.of(json, "http." + name + ".", folder, HTTP);
        return new NodeTools.HttpTool(
                name,
                tool.url("url"),
                tool.text("description", DESCRIPTION_CHARS).orElse(""),
                parameters(tool),
                signingKey(tool),
                timeout(tool),
                (int) tool.whole("retries", 0, limits.retriesMost(), limits.retries()),
                tool.flag("idempotent"),
                ApprovalReader.read(tool));
    }

    private String parameters(Section tool) {
        if (!tool.has("parameters")) {
            return "";
        }
        String schema = tool.tree("parameters").toString();
        schemas.unusable(schema).ifPresent(why -> {
            throw tool.wrong("bad_schema", "parameters", "is no schema that can be used: " + why);
        });
        return schema;
    }

    private static Secret signingKey(Section tool) {
        String key = tool.secret("secretFile")
                .orElseThrow(() -> tool.wrong("missing_field", "secretFile", "is missing: calls are signed"))
                .strip();
        WebhookSignature.problem(key).ifPresent(what -> {
            throw tool.wrong("bad_secret", "secretFile", "holds no key: " + what);
        });
        return new Secret(key);
    }

    private Duration timeout(Section of) {
        return Duration.ofMillis(of.whole(
                "timeoutMs",
                100,
                limits.timeoutMost().toMillis(),
                limits.timeout().toMillis()));
    }
}
