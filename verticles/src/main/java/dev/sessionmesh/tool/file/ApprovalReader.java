package dev.sessionmesh.tool.file;

import dev.sessionmesh.codec.json.ApprovalJson;
import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.tool.rule.ApprovalRule;
import java.util.Optional;

/** The field {@code approval}: of the form that it has in a session's scope, and read more strictly, as nobody but this reader will notice a typo. */
final class ApprovalReader {
    private ApprovalReader() {}

    static Optional<ApprovalPolicy> read(Section of) {
        if (!of.has("approval")) {
            return Optional.empty();
        }
        if (of.tree("approval").isObject()) {
            Section.of(of.tree("approval"), of.place() + "approval.", of.folder(), ApprovalJson.POLICY);
        }
        return switch (ApprovalJson.read(of.tree("approval").toString(), Limits.DEFAULT)) {
            case Outcome.Done<ApprovalPolicy>(ApprovalPolicy policy) -> Optional.of(usable(of, policy));
            case Outcome.Refused<ApprovalPolicy> refused ->
                throw new ToolsFileException("bad_field", "", of.place() + refused.message());
        };
    }

    private static ApprovalPolicy usable(Section of, ApprovalPolicy policy) {
        if (policy.when() == ApprovalPolicy.When.RULE) {
            ApprovalRule.problem(policy.rule()).ifPresent(why -> {
                throw of.wrong("bad_rule", "approval.when", "is no rule that can be used: " + why);
            });
        }
        return policy;
    }
}
