package dev.sessionmesh.tool.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessionmesh.core.port.ToolExecutor.Result;
import dev.sessionmesh.tool.Results;
import dev.sessionmesh.tool.ToolLimits;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapperSupplier;
import io.modelcontextprotocol.spec.McpSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a server answered, as a result in the log: {@code content} and {@code structuredContent} as they came, so that whoever knows MCP finds
 * texts, images and links where he looks for them.
 */
final class McpResults {
    private static final McpJsonMapper JSON = new JacksonMcpJsonMapperSupplier().get();

    private McpResults() {}

    static Result of(McpSchema.CallToolResult answer, ToolLimits limits) {
        if (Boolean.TRUE.equals(answer.isError())) {
            return Results.error(Results.cut(text(answer), limits.errorChars()));
        }
        String json = json(answer);
        return json.getBytes(StandardCharsets.UTF_8).length > limits.resultBytes()
                ? Results.error("the result is longer than " + limits.resultBytes() + " bytes")
                : Results.ok(json);
    }

    private static String text(McpSchema.CallToolResult answer) {
        String text = Objects.requireNonNullElse(answer.content(), List.<McpSchema.Content>of()).stream()
                .filter(McpSchema.TextContent.class::isInstance)
                .map(content -> ((McpSchema.TextContent) content).text())
                .filter(Objects::nonNull)
                .collect(Collectors.joining("\n"));
        return text.isBlank() ? "the tool failed and did not say why" : text;
    }

    private static String json(McpSchema.CallToolResult answer) {
        try {
            ObjectNode whole = JSON.readValue(JSON.writeValueAsString(answer), ObjectNode.class);
            whole.remove(List.of("isError", "_meta"));
            return whole.toString();
        } catch (IOException impossible) {
            throw new IllegalStateException("it was JSON a moment ago", impossible);
        }
    }

    static String schema(McpSchema.Tool tool) {
        try {
            return tool.inputSchema() == null ? "" : JSON.writeValueAsString(tool.inputSchema());
        } catch (IOException impossible) {
            throw new IllegalStateException("it was JSON a moment ago", impossible);
        }
    }
}
