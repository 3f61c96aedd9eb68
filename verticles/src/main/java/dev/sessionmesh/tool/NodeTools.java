package dev.sessionmesh.tool;

import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.ToolSpec;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tools of a node, as its operator named them. Sessions choose among them; they can name no address of their own. */
public record NodeTools(Map<String, McpServer> mcp, Map<String, HttpTool> http) {
    public static final NodeTools NONE = new NodeTools(Map.of(), Map.of());

    public NodeTools {
        mcp = Map.copyOf(mcp);
        http = Map.copyOf(http);
    }

    /**
     * @param headers of every request; they may hold secrets
     * @param timeout of a call
     * @param policies by tool, or {@link ToolSpec#WILDCARD} for those that are not named
     */
    public record McpServer(
            String name, URI url, List<Header> headers, Duration timeout, Map<String, McpPolicy> policies) {
        public McpServer {
            headers = List.copyOf(headers);
            policies = Map.copyOf(policies);
        }

        /** What is said of a tool itself comes first; what isn't, is taken from what is said of every tool. */
        public McpPolicy policy(String tool) {
            McpPolicy every = policies.getOrDefault(ToolSpec.WILDCARD, McpPolicy.SILENT);
            McpPolicy own = policies.getOrDefault(tool, McpPolicy.SILENT);
            return new McpPolicy(
                    own.approval().or(every::approval), own.idempotence().or(every::idempotence));
        }
    }

    public record Header(String name, Secret value) {}

    public record McpPolicy(Optional<ApprovalPolicy> approval, Optional<Idempotence> idempotence) {
        static final McpPolicy SILENT = new McpPolicy(Optional.empty(), Optional.empty());
    }

    /** Whether a call that was begun may be run again. */
    public enum Idempotence {
        NO,
        YES,
        /** The server's own annotations are believed. */
        HINT
    }

    /**
     * @param parameters JSON Schema of the arguments, or empty
     * @param timeout of one try
     * @param retries how often a call is tried again, where that is safe
     */
    public record HttpTool(
            String name,
            URI url,
            String description,
            String parameters,
            Secret signingKey,
            Duration timeout,
            int retries,
            boolean idempotent,
            Optional<ApprovalPolicy> approval) {}
}
