package dev.sessionmesh.codec;

import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.session.Change;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.Envelope;
import java.util.List;
import java.util.Optional;

/** Commands on their way to the node that decides them, and the changes that its copies apply. */
public final class EnvelopeCodec {
    public static final int VERSION = 1;

    private EnvelopeCodec() {}

    public static byte[] encode(Envelope envelope) {
        ByteSink out = new ByteSink().put(VERSION);
        Shared.write(out, envelope.key());
        out.text(envelope.id().text()).fixed(envelope.bodyHash());
        Shared.write(out, envelope.origin().actor());
        out.list(envelope.origin().roles(), ByteSink::text);
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
                    new Origin(Shared.actor(in), in.list(ByteSource::text), in.text(), in.text()),
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
            case Change.Mark.Beaten(String call) -> out.put(4).text(call);
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
                case 4 -> new Change.Mark.Beaten(in.text());
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
                out.list(produce.outputs(), OutputForms::write);
            }
            case Command.Input input -> {
                out.put(2);
                Shared.write(out, input.text());
                out.put(input.policy().map(policy -> policy.ordinal() + 1).orElse(0));
            }
            case Command.Decide decide -> CallCommands.write(out, decide);
            case Command.Cancel cancel -> out.put(4).text(cancel.turn());
            case Command.Steer steer -> out.put(5).text(steer.turn()).text(steer.instruction());
            case Command.ToolResult result -> {
                out.put(6).text(result.callId()).flag(result.ok());
                Shared.write(out, result.result());
                out.text(result.claimant());
            }
            case Command.Claim claim -> {
                out.put(7).text(claim.turn()).number(claim.expectedEpoch()).number(claim.expectedBeat());
                Shared.write(out, claim.runner());
            }
            case Command.Renew renew -> out.put(8).text(renew.turn()).number(renew.runEpoch());
            case Command.Expire() -> out.put(9);
            case Command.Doubt(List<String> calls) -> out.put(10).list(calls, ByteSink::text);
            case Command.Redo redo -> {
                out.put(11).text(redo.turn());
                out.list(redo.text().stream().toList(), Shared::write);
                out.constant(redo.policy());
            }
            case Command.SelectBranch select -> out.put(12).text(select.turn());
            case Command.Reorder reorder -> out.put(13).text(reorder.turn()).text(reorder.before());
            case Command.Withdraw withdraw -> out.put(14).text(withdraw.turn());
            case Command.Delegate delegate ->
                out.put(15).text(delegate.callId()).text(delegate.to());
            case Command.RevokeGrant revoke -> out.put(16).text(revoke.grant());
            case Command.ClaimTool claim ->
                out.put(17).text(claim.callId()).text(claim.claimant()).text(claim.device());
            case Command.BeatTool beat -> out.put(18).text(beat.callId()).text(beat.claimant());
            case Command.ReleaseTool release ->
                out.put(19).text(release.callId()).text(release.claimant());
            case Command.Settle settle -> CallCommands.write(out, settle);
        }
    }

    private static Command command(ByteSource in) {
        int tag = in.get();
        return switch (tag) {
            case 1 -> new Command.Produce(in.text(), in.smallNumber(), in.number(), in.list(OutputForms::output));
            case 2 -> new Command.Input(Shared.payload(in), policy(in.get()));
            case 3 -> CallCommands.decide(in);
            case 4 -> new Command.Cancel(in.text());
            case 5 -> new Command.Steer(in.text(), in.text());
            case 6 -> new Command.ToolResult(in.text(), in.flag(), Shared.payload(in), in.text());
            case 7 -> new Command.Claim(in.text(), in.smallNumber(), in.number(), Shared.runner(in));
            case 8 -> new Command.Renew(in.text(), in.smallNumber());
            case 9 -> new Command.Expire();
            case 10 -> new Command.Doubt(in.list(ByteSource::text));
            case 11 ->
                new Command.Redo(
                        in.text(), CallState.oneAtMost(in.list(Shared::payload)), in.constant(Shared.POLICIES));
            case 12 -> new Command.SelectBranch(in.text());
            case 13 -> new Command.Reorder(in.text(), in.text());
            case 14 -> new Command.Withdraw(in.text());
            case 15 -> new Command.Delegate(in.text(), in.text());
            case 16 -> new Command.RevokeGrant(in.text());
            case 17 -> new Command.ClaimTool(in.text(), in.text(), in.text());
            case 18 -> new Command.BeatTool(in.text(), in.text());
            case 19 -> new Command.ReleaseTool(in.text(), in.text());
            case 20 -> CallCommands.settle(in);
            default -> throw new MalformedBytesException("unknown command " + tag);
        };
    }

    private static Optional<InputPolicy> policy(int code) {
        if (code > Shared.POLICIES.length) {
            throw new MalformedBytesException("unknown policy " + code);
        }
        return code == 0 ? Optional.empty() : Optional.of(Shared.POLICIES[code - 1]);
    }
}
