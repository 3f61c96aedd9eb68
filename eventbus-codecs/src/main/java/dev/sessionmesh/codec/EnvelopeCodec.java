package dev.sessionmesh.codec;

import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.session.Change;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import java.util.List;
import java.util.Optional;

/** Commands on their way to the node that decides them, and the changes that its copies apply. */
public final class EnvelopeCodec {
    public static final int VERSION = 1;
    private static final InputPolicy[] POLICIES = InputPolicy.values();
    private static final DeltaKind[] DELTAS = DeltaKind.values();
    private static final TurnStatus[] STATUSES = TurnStatus.values();
    private static final ToolCall.Outcome[] OUTCOMES = ToolCall.Outcome.values();

    private EnvelopeCodec() {}

    public static byte[] encode(Envelope envelope) {
        ByteSink out = new ByteSink().put(VERSION);
        Shared.write(out, envelope.key());
        out.text(envelope.id().text()).fixed(envelope.bodyHash());
        Shared.write(out, envelope.origin().actor());
        out.text(envelope.origin().region()).text(envelope.origin().trace());
        out.number(envelope.at()).number(envelope.durableSeq());
        write(out, envelope.command());
        return out.toBytes();
    }

    public static Envelope decode(byte[] bytes) {
        return Guard.decode(bytes, in -> {
            in.version(VERSION, "a command");
            return new Envelope(
                    Shared.key(in),
                    id(in),
                    in.fixed(),
                    new Origin(Shared.actor(in), in.text(), in.text()),
                    in.number(),
                    in.number(),
                    command(in));
        });
    }

    public static byte[] encodeMark(Change.Mark mark) {
        ByteSink out = new ByteSink().put(VERSION);
        switch (mark) {
            case Change.Mark.Nothing() -> out.put(0);
            case Change.Mark.Executed(CommandId id, long hash) ->
                out.put(1).text(id.text()).fixed(hash);
            case Change.Mark.Batch(String turn, long no) ->
                out.put(2).text(turn).number(no);
            case Change.Mark.Renewed(String turn) -> out.put(3).text(turn);
        }
        return out.toBytes();
    }

    public static Change.Mark decodeMark(byte[] bytes) {
        return Guard.decode(bytes, in -> {
            in.version(VERSION, "a mark");
            int tag = in.get();
            return switch (tag) {
                case 0 -> new Change.Mark.Nothing();
                case 1 -> new Change.Mark.Executed(id(in), in.fixed());
                case 2 -> new Change.Mark.Batch(in.text(), in.number());
                case 3 -> new Change.Mark.Renewed(in.text());
                default -> throw new MalformedBytesException("unknown mark " + tag);
            };
        });
    }

    static CommandId id(ByteSource in) {
        String text = in.text();
        return text.isEmpty() ? CommandId.NONE : CommandId.parse(text);
    }

    private static void write(ByteSink out, Command command) {
        switch (command) {
            case Command.Produce produce -> {
                out.put(1).text(produce.turn()).number(produce.runEpoch()).number(produce.batchNo());
                out.list(produce.outputs(), EnvelopeCodec::write);
            }
            case Command.Input input -> {
                out.put(2);
                Shared.write(out, input.text());
                out.put(input.policy().map(policy -> policy.ordinal() + 1).orElse(0));
            }
            case Command.Decide decide ->
                out.put(3).text(decide.callId()).flag(decide.approve()).text(decide.reason());
            case Command.Cancel cancel -> out.put(4).text(cancel.turn());
            case Command.Steer steer -> out.put(5).text(steer.turn()).text(steer.instruction());
            case Command.ToolResult result -> {
                out.put(6).text(result.callId()).flag(result.ok());
                Shared.write(out, result.result());
            }
            case Command.Claim claim -> {
                out.put(7).text(claim.turn()).number(claim.expectedEpoch()).number(claim.expectedBeat());
                Shared.write(out, claim.runner());
            }
            case Command.Renew renew -> out.put(8).text(renew.turn()).number(renew.runEpoch());
            case Command.Expire() -> out.put(9);
            case Command.Doubt(List<String> calls) -> out.put(10).list(calls, ByteSink::text);
        }
    }

    private static Command command(ByteSource in) {
        int tag = in.get();
        return switch (tag) {
            case 1 -> new Command.Produce(in.text(), in.smallNumber(), in.number(), in.list(EnvelopeCodec::output));
            case 2 -> new Command.Input(Shared.payload(in), policy(in.get()));
            case 3 -> new Command.Decide(in.text(), in.flag(), in.text());
            case 4 -> new Command.Cancel(in.text());
            case 5 -> new Command.Steer(in.text(), in.text());
            case 6 -> new Command.ToolResult(in.text(), in.flag(), Shared.payload(in));
            case 7 -> new Command.Claim(in.text(), in.smallNumber(), in.number(), Shared.runner(in));
            case 8 -> new Command.Renew(in.text(), in.smallNumber());
            case 9 -> new Command.Expire();
            case 10 -> new Command.Doubt(in.list(ByteSource::text));
            default -> throw new MalformedBytesException("unknown command " + tag);
        };
    }

    private static Optional<InputPolicy> policy(int code) {
        if (code > POLICIES.length) {
            throw new MalformedBytesException("unknown policy " + code);
        }
        return code == 0 ? Optional.empty() : Optional.of(POLICIES[code - 1]);
    }

    private static void write(ByteSink out, Output output) {
        switch (output) {
            case Output.Text text -> {
                out.put(1).constant(text.kind()).number(text.part());
                Shared.write(out, text.run());
            }
            case Output.Call call -> {
                out.put(2).text(call.name());
                Shared.write(out, call.arguments());
                out.constant(call.executor()).flag(call.approval());
            }
            case Output.CallStarted(String callId) -> out.put(3).text(callId);
            case Output.CallFinished finished -> {
                out.put(4).text(finished.callId()).constant(finished.outcome());
                Shared.write(out, finished.result());
            }
            case Output.SteerConsumed(String steer) -> out.put(5).text(steer);
            case Output.End end ->
                out.put(6)
                        .constant(end.status())
                        .text(end.code())
                        .text(end.reason())
                        .number(end.usage().inputTokens())
                        .number(end.usage().outputTokens());
        }
    }

    private static Output output(ByteSource in) {
        int tag = in.get();
        return switch (tag) {
            case 1 -> new Output.Text(in.constant(DELTAS), in.smallNumber(), Shared.run(in));
            case 2 -> new Output.Call(in.text(), Shared.payload(in), in.constant(Shared.EXECUTORS), in.flag());
            case 3 -> new Output.CallStarted(in.text());
            case 4 -> new Output.CallFinished(in.text(), in.constant(OUTCOMES), Shared.payload(in));
            case 5 -> new Output.SteerConsumed(in.text());
            case 6 -> new Output.End(in.constant(STATUSES), in.text(), in.text(), new Usage(in.number(), in.number()));
            default -> throw new MalformedBytesException("unknown output " + tag);
        };
    }
}
