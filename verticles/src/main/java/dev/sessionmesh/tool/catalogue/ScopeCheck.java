package dev.sessionmesh.tool.catalogue;

import dev.sessionmesh.core.ApprovalPolicy.When;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.ToolSource;
import dev.sessionmesh.tool.rule.ApprovalRule;
import dev.sessionmesh.tool.schema.ToolSchemas;
import java.util.List;
import java.util.Optional;

/** Whether a session's scope can be used on this node, as far as its form alone does not tell. */
final class ScopeCheck {
    private final NodeTools node;
    private final ToolSchemas schemas;

    ScopeCheck(NodeTools node, ToolSchemas schemas) {
        this.node = node;
        this.schemas = schemas;
    }

    /** What is wrong, and where, such as {@code tools[2].approval}; absent when nothing is. */
    Optional<String> problem(Profile profile) {
        for (int i = 0; i < profile.tools().size(); i++) {
            String place = "tools[" + i + "].";
            Optional<String> problem = problem(profile.tools().get(i)).map(place::concat);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private Optional<String> problem(ToolSpec tool) {
        return source(tool).or(() -> schema(tool)).or(() -> rule(tool)).or(() -> people(tool));
    }

    private Optional<String> source(ToolSpec tool) {
        return switch (ToolSource.of(tool)) {
            case ToolSource.BuiltIn() -> Optional.empty();
            case ToolSource.Mcp(String server) ->
                node.mcp().containsKey(server)
                        ? Optional.empty()
                        : Optional.of("source is not known: this node has no MCP server " + server);
            case ToolSource.Http(String name) ->
                node.http().containsKey(name)
                        ? Optional.empty()
                        : Optional.of("source is not known: this node has no HTTP tool " + name);
            case ToolSource.Strange(String text) -> Optional.of("source is neither mcp:SERVER nor http:NAME");
        };
    }

    private Optional<String> schema(ToolSpec tool) {
        return schemas.unusable(tool.parameters()).map("parameters is no schema that can be used: "::concat);
    }

    private static Optional<String> rule(ToolSpec tool) {
        return tool.approval().when() == When.RULE
                ? ApprovalRule.problem(tool.approval().rule())
                        .map("approval.when is no rule that can be used: "::concat)
                : Optional.empty();
    }

    /** Approvals that nobody could ever give. */
    private static Optional<String> people(ToolSpec tool) {
        ApprovalTerms terms = tool.approval().terms();
        List<String> named = terms.approvers();
        boolean usersOnly = !named.isEmpty() && named.stream().allMatch(one -> one.startsWith("user:"));
        return usersOnly
                        && named.stream().distinct().count() < terms.needed()
                        && terms.escalateTo().isEmpty()
                ? Optional.of("approval.needed is more than there are approvers")
                : Optional.empty();
    }
}
