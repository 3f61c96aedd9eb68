package dev.sessionmesh.host;

import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.port.ToolCatalogue;
import dev.sessionmesh.core.port.ToolCatalogue.Verdict;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.ToolCall.Recovery;
import java.util.Optional;

/** What a model's wish to call a tool becomes: a call on the terms of its tool, or a refusal that the model is told. */
final class CallRequest {
    private CallRequest() {}

    /** A call of a tool of the session's scope. */
    static Output ofScope(ToolCatalogue catalogue, Profile profile, String tool, Payload arguments) {
        return switch (catalogue.check(profile, tool, arguments)) {
            case Verdict.Unknown() -> new Output.CallRefused(tool, arguments, "there is no tool " + tool);
            case Verdict.Invalid(String reason) -> new Output.CallRefused(tool, arguments, reason);
            case Verdict.Allowed(ToolSpec spec, Optional<ApprovalTerms> terms) ->
                new Output.Call(tool, arguments, spec.executor(), recovery(spec), spec.target(), terms);
        };
    }

    /** A call of a tool that the provider brings; the scope may say more about it. */
    static Output ofProvider(
            ToolCatalogue catalogue,
            Profile profile,
            String tool,
            Payload arguments,
            Executor executor,
            boolean approval) {
        Optional<ApprovalTerms> own = approval ? Optional.of(ApprovalTerms.DEFAULT) : Optional.empty();
        return switch (catalogue.check(profile, tool, arguments)) {
            case Verdict.Unknown() ->
                new Output.Call(tool, arguments, executor, Recovery.REPORT, ToolSpec.Target.ANY, own);
            case Verdict.Invalid(String reason) -> new Output.CallRefused(tool, arguments, reason);
            case Verdict.Allowed(ToolSpec spec, Optional<ApprovalTerms> terms) ->
                new Output.Call(tool, arguments, executor, recovery(spec), spec.target(), terms.or(() -> own));
        };
    }

    /** What has effects outside of the mesh is not run twice, and a person says what became of it. */
    private static Recovery recovery(ToolSpec spec) {
        if (spec.idempotent()) {
            return Recovery.RERUN;
        }
        return spec.source().isEmpty() ? Recovery.REPORT : Recovery.ASK;
    }
}
