package dev.sessionmesh.core.port;

import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.ToolSpec;
import java.util.List;
import java.util.Optional;

/** Which tools a session's agent has, and what a call of one needs. */
public interface ToolCatalogue {
    /** The session's scope, with what the node knows of each tool; what the node demands of a tool, a session can't take away. */
    List<ToolSpec> tools(Profile profile);

    /**
     * Asked when a session is made, so that its author hears of mistakes and not its users.
     *
     * @return what can't be used in its scope, beginning with its place, such as {@code tools[2].approval.when}; absent when all can
     */
    default Optional<String> problem(Profile profile) {
        return Optional.empty();
    }

    /** @param arguments JSON text, inline */
    Verdict check(Profile profile, String tool, Payload arguments);

    sealed interface Verdict {
        /** The session has no such tool. */
        record Unknown() implements Verdict {}

        /** The tool does not take these arguments. */
        record Invalid(String reason) implements Verdict {}

        /** @param approval the terms on which a person has to agree; empty when nobody has to */
        record Allowed(ToolSpec tool, Optional<ApprovalTerms> approval) implements Verdict {}
    }

    /** The session's scope as it is; nobody looks into arguments here, so that a rule about them always asks for approval. */
    ToolCatalogue SCOPE = new ToolCatalogue() {
        @Override
        public List<ToolSpec> tools(Profile profile) {
            return profile.tools();
        }

        @Override
        public Verdict check(Profile profile, String tool, Payload arguments) {
            return profile.tools().stream()
                    .filter(spec -> spec.name().equals(tool))
                    .findFirst()
                    .<Verdict>map(spec -> new Verdict.Allowed(spec, asked(spec.approval())))
                    .orElseGet(Verdict.Unknown::new);
        }

        private static Optional<ApprovalTerms> asked(ApprovalPolicy policy) {
            return policy.when() == ApprovalPolicy.When.NEVER ? Optional.empty() : Optional.of(policy.terms());
        }
    };
}
