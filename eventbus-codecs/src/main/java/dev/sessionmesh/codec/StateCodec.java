package dev.sessionmesh.codec;

import dev.sessionmesh.core.log.Lineage;
import dev.sessionmesh.core.session.Audit;
import dev.sessionmesh.core.session.CommandLedger;
import dev.sessionmesh.core.session.Grant;
import dev.sessionmesh.core.session.Spent;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.Turn;
import dev.sessionmesh.core.session.TurnStatus;

/** A session's control state in bytes: what travels when a partition moves, a copy is repaired, or a reader asks. */
public final class StateCodec {
    /** With where the traces of its turns go on, and up to where its log was folded. */
    public static final int VERSION = 3;

    private static final int UNFOLDED = 2;
    private static final int UNTRACED = 1;
    private static final TurnStatus[] STATUSES = TurnStatus.values();

    private StateCodec() {}

    public static byte[] encode(State state) {
        boolean traced = state.turns().stream().anyMatch(turn -> !turn.trace().isEmpty());
        boolean folded = state.lineage().floor() != 0;
        // What has nothing of the new is what nodes of before can read.
        int version = folded ? VERSION : traced ? UNFOLDED : UNTRACED;
        ByteSink out = new ByteSink().put(version);
        Shared.write(out, state.key());
        Shared.write(out, state.profile());
        out.list(state.lineage().branches(), (sink, branch) -> sink.fixed(branch.history())
                .number(branch.start()));
        if (folded) {
            out.number(state.lineage().floor());
        }
        out.number(state.createdAt()).number(state.head()).number(state.lastAt());
        State.Counters n = state.counters();
        out.number(n.users())
                .number(n.messages())
                .number(n.turns())
                .number(n.calls())
                .number(n.steers())
                .number(n.grants())
                .number(n.redone());
        out.list(state.turns(), (sink, turn) -> {
            write(sink, turn);
            if (version > UNTRACED) {
                sink.text(turn.trace());
            }
        });
        out.list(state.calls(), CallState::write);
        out.list(state.grants(), (sink, grant) -> {
            Shared.write(sink.text(grant.id()).text(grant.tool()).text(grant.deciders()), grant.by());
            sink.number(grant.at());
        });
        write(out, state.spent());
        out.number(state.audit().no()).text(state.audit().hash());
        write(out, state.ledger());
        return out.toBytes();
    }

    public static State decode(byte[] bytes) {
        return Guard.decode(bytes, in -> {
            int version = in.version(VERSION, "a session state");
            boolean traced = version > UNTRACED;
            return new State(
                    Shared.key(in),
                    Shared.profile(in),
                    new Lineage(
                            in.list(branch -> new Lineage.Branch(branch.fixed(), branch.number())),
                            version > UNFOLDED ? in.number() : 0),
                    in.number(),
                    in.number(),
                    in.number(),
                    new State.Counters(
                            in.smallNumber(),
                            in.smallNumber(),
                            in.smallNumber(),
                            in.smallNumber(),
                            in.smallNumber(),
                            in.smallNumber(),
                            in.smallNumber()),
                    in.list(turn -> turn(turn, traced)),
                    in.list(CallState::call),
                    in.list(grant ->
                            new Grant(grant.text(), grant.text(), grant.text(), Shared.actor(grant), grant.number())),
                    spent(in),
                    new Audit(in.number(), in.text()),
                    ledger(in));
        });
    }

    private static void write(ByteSink out, Turn turn) {
        out.text(turn.id()).text(turn.inputId()).text(turn.parent());
        Shared.write(out, turn.askedBy());
        out.constant(turn.status()).number(turn.runEpoch());
        Shared.write(out, turn.runner());
        out.number(turn.batchNo()).number(turn.lastBatchFrom()).number(turn.lastBatchTo());
        out.number(turn.beat())
                .number(turn.receivedAt())
                .number(turn.startedAt())
                .number(turn.progressAt());
        out.text(turn.openMessage()).list(turn.steers(), (sink, steer) -> {
            Shared.write(sink.text(steer.id()).text(steer.inputId()).text(steer.text()), steer.actor());
        });
        write(out, turn.spent());
    }

    private static Turn turn(ByteSource in, boolean traced) {
        return new Turn(
                in.text(),
                in.text(),
                in.text(),
                Shared.actor(in),
                in.constant(STATUSES),
                new Turn.Hold(in.smallNumber(), Shared.runner(in), in.number(), in.number(), in.number(), in.number()),
                in.number(),
                in.number(),
                in.number(),
                in.text(),
                in.list(steer -> new Turn.Steering(steer.text(), steer.text(), steer.text(), Shared.actor(steer))),
                spent(in),
                traced ? in.text() : "");
    }

    private static void write(ByteSink out, Spent spent) {
        out.number(spent.steps()).number(spent.inputTokens()).number(spent.outputTokens());
        out.number(spent.pieces()).number(spent.toolCalls());
    }

    private static Spent spent(ByteSource in) {
        return new Spent(in.smallNumber(), in.number(), in.number(), in.number(), in.number());
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
