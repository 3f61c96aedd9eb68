package dev.sessionmesh.codec;

import dev.sessionmesh.core.log.Lineage;
import dev.sessionmesh.core.session.CommandLedger;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.Turn;
import dev.sessionmesh.core.session.TurnStatus;

/** A session's control state in bytes: what travels when a partition moves, a copy is repaired, or a reader asks. */
public final class StateCodec {
    public static final int VERSION = 1;
    private static final TurnStatus[] STATUSES = TurnStatus.values();
    private static final ToolCall.Status[] CALL_STATUSES = ToolCall.Status.values();
    private static final ToolCall.Decision[] DECISIONS = ToolCall.Decision.values();

    private StateCodec() {}

    public static byte[] encode(State state) {
        ByteSink out = new ByteSink().put(VERSION);
        Shared.write(out, state.key());
        Shared.write(out, state.profile());
        out.list(state.lineage().branches(), (sink, branch) -> sink.fixed(branch.history())
                .number(branch.start()));
        out.number(state.createdAt()).number(state.head()).number(state.lastAt());
        State.Counters n = state.counters();
        out.number(n.users())
                .number(n.messages())
                .number(n.turns())
                .number(n.calls())
                .number(n.steers());
        out.list(state.turns(), StateCodec::write);
        out.list(state.calls(), StateCodec::write);
        write(out, state.ledger());
        return out.toBytes();
    }

    public static State decode(byte[] bytes) {
        return Guard.decode(bytes, in -> {
            in.version(VERSION, "a session state");
            return new State(
                    Shared.key(in),
                    Shared.profile(in),
                    new Lineage(in.list(branch -> new Lineage.Branch(branch.fixed(), branch.number()))),
                    in.number(),
                    in.number(),
                    in.number(),
                    new State.Counters(
                            in.smallNumber(), in.smallNumber(), in.smallNumber(), in.smallNumber(), in.smallNumber()),
                    in.list(StateCodec::turn),
                    in.list(StateCodec::call),
                    ledger(in));
        });
    }

    private static void write(ByteSink out, Turn turn) {
        out.text(turn.id()).text(turn.inputId()).text(turn.parent());
        out.constant(turn.status()).number(turn.runEpoch());
        Shared.write(out, turn.runner());
        out.number(turn.batchNo()).number(turn.lastBatchFrom()).number(turn.lastBatchTo());
        out.number(turn.beat()).number(turn.progressAt()).text(turn.openMessage());
        out.list(turn.steers(), ByteSink::text);
    }

    private static Turn turn(ByteSource in) {
        return new Turn(
                in.text(),
                in.text(),
                in.text(),
                in.constant(STATUSES),
                in.smallNumber(),
                Shared.runner(in),
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                in.text(),
                in.list(ByteSource::text));
    }

    private static void write(ByteSink out, ToolCall call) {
        out.text(call.id()).text(call.turn()).text(call.name());
        out.constant(call.executor()).constant(call.status()).number(call.deadline());
        out.constant(call.decision());
        Shared.write(out, call.decidedBy());
        out.number(call.decidedAt());
        Shared.write(out, call.settledBy());
        out.number(call.settledAt());
    }

    private static ToolCall call(ByteSource in) {
        return new ToolCall(
                in.text(),
                in.text(),
                in.text(),
                in.constant(Shared.EXECUTORS),
                in.constant(CALL_STATUSES),
                in.number(),
                in.constant(DECISIONS),
                Shared.actor(in),
                in.number(),
                Shared.actor(in),
                in.number());
    }

    private static void write(ByteSink out, CommandLedger ledger) {
        out.list(ledger.clients(), (sink, window) -> sink.text(window.client())
                        .number(window.issuedAt())
                        .number(window.highest())
                        .list(window.rows(), StateCodec::write))
                .number(ledger.forgotten())
                .list(ledger.freeForm(), StateCodec::write);
    }

    private static CommandLedger ledger(ByteSource in) {
        return new CommandLedger(
                in.list(window -> new CommandLedger.Window(
                        window.text(), window.number(), window.number(), window.list(StateCodec::row))),
                in.number(),
                in.list(StateCodec::row));
    }

    private static void write(ByteSink out, CommandLedger.Row row) {
        out.text(row.id()).fixed(row.bodyHash()).number(row.from()).number(row.to());
    }

    private static CommandLedger.Row row(ByteSource in) {
        return new CommandLedger.Row(in.text(), in.fixed(), in.number(), in.number());
    }
}
