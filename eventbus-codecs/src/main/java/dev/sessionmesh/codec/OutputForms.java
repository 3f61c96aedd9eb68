package dev.sessionmesh.codec;

import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.TurnStatus;

/** The binary forms of what runners produce. */
final class OutputForms {
    private static final DeltaKind[] DELTAS = DeltaKind.values();
    private static final TurnStatus[] STATUSES = TurnStatus.values();
    private static final ToolCall.Outcome[] OUTCOMES = ToolCall.Outcome.values();

    private OutputForms() {}

    static void write(ByteSink out, Output output) {
        switch (output) {
            case Output.Text text -> {
                out.put(1).constant(text.kind()).number(text.part());
                Shared.write(out, text.run());
            }
            case Output.Call call -> {
                out.put(2).text(call.name());
                Shared.write(out, call.arguments());
                out.constant(call.executor()).constant(call.recovery());
                ToolForms.write(out, call.target());
                out.list(call.approval().stream().toList(), ToolForms::write);
            }
            case Output.CallStarted(String callId) -> out.put(3).text(callId);
            case Output.CallFinished finished -> {
                out.put(4).text(finished.callId()).constant(finished.outcome());
                Shared.write(out, finished.result());
            }
            case Output.SteerConsumed(String steer) -> out.put(5).text(steer);
            case Output.End end -> {
                out.put(6).constant(end.status()).text(end.code()).text(end.reason());
                Shared.write(out, end.usage());
            }
            case Output.CallRefused refused -> {
                Shared.write(out.put(7).text(refused.name()), refused.arguments());
                out.text(refused.reason());
            }
            case Output.StepEnded ended -> Shared.write(out.put(8), ended.usage());
            case Output.Supersede() -> out.put(9);
        }
    }

    static Output output(ByteSource in) {
        int tag = in.get();
        return switch (tag) {
            case 1 -> new Output.Text(in.constant(DELTAS), in.smallNumber(), Shared.run(in));
            case 2 ->
                new Output.Call(
                        in.text(),
                        Shared.payload(in),
                        in.constant(Shared.EXECUTORS),
                        in.constant(ToolForms.RECOVERIES),
                        ToolForms.target(in),
                        CallState.oneAtMost(in.list(ToolForms::terms)));
            case 3 -> new Output.CallStarted(in.text());
            case 4 -> new Output.CallFinished(in.text(), in.constant(OUTCOMES), Shared.payload(in));
            case 5 -> new Output.SteerConsumed(in.text());
            case 6 -> new Output.End(in.constant(STATUSES), in.text(), in.text(), Shared.usage(in));
            case 7 -> new Output.CallRefused(in.text(), Shared.payload(in), in.text());
            case 8 -> new Output.StepEnded(Shared.usage(in));
            case 9 -> new Output.Supersede();
            default -> throw new MalformedBytesException("unknown output " + tag);
        };
    }
}
