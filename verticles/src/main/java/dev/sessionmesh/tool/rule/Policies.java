package dev.sessionmesh.tool.rule;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.tool.RecentlyUsed;
import java.util.Optional;

/** Whether policies ask for an approval. Rules are compiled once and kept while they are used. */
public final class Policies {
    private static final int KEPT = 512;

    private final RecentlyUsed<String, Optional<ApprovalRule>> rules = new RecentlyUsed<>(KEPT);

    public boolean asks(ApprovalPolicy policy, JsonNode arguments) {
        return switch (policy.when()) {
            case NEVER -> false;
            case ALWAYS -> true;
            // A rule that can't be read asks for everything.
            case RULE ->
                rules.get(policy.rule(), Policies::compile)
                        .map(rule -> rule.asks(arguments))
                        .orElse(true);
        };
    }

    private static Optional<ApprovalRule> compile(String rule) {
        try {
            return Optional.of(ApprovalRule.of(rule));
        } catch (IllegalArgumentException unusable) {
            return Optional.empty();
        }
    }
}
