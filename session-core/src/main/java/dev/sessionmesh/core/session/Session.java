package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.log.EventBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The session: {@link #decide} says what a command means in a state, {@link #apply} what the state is afterwards. Both are pure.
 * A decision is made once, where the session's primary copy lives; changes are applied on every copy, and replaying the log's
 * events gives the same state.
 */
public final class Session {
    private final InputRules inputs;
    private final TurnRules turns;
    private final ApprovalRules approvals;
    private final Grants grants;
    private final ToolRules tools;
    private final RunnerRules runners;
    private final Deadlines deadlines;
    private final Evolution evolution;
    private final Limits limits;

    public Session(Limits limits) {
        this.limits = limits;
        this.evolution = new Evolution(limits);
        this.inputs = new InputRules(limits);
        this.turns = new TurnRules();
        this.grants = new Grants(limits);
        this.approvals = new ApprovalRules(limits, grants);
        this.tools = new ToolRules(limits);
        this.runners = new RunnerRules(limits, tools);
        this.deadlines = new Deadlines(limits);
    }

    public Decision decide(State state, Envelope envelope) {
        Optional<Decision> known = state.ledger().recall(envelope.id(), envelope.bodyHash(), limits);
        if (known.isPresent()) {
            return known.get();
        }
        Draft draft = new Draft(state, Math.max(state.lastAt(), envelope.at()), evolution);
        return switch (envelope.command()) {
            case Command.Input input -> inputs.input(draft, envelope, input);
            case Command.Redo redo -> inputs.redo(draft, envelope, redo);
            case Command.SelectBranch select -> turns.select(draft, envelope, select);
            case Command.Reorder reorder -> turns.reorder(draft, envelope, reorder);
            case Command.Withdraw withdraw -> turns.withdraw(draft, envelope, withdraw);
            case Command.Cancel cancel -> turns.cancel(draft, envelope, cancel);
            case Command.Steer steer -> inputs.steer(draft, envelope, steer);
            case Command.Decide decide -> approvals.decide(draft, envelope, decide);
            case Command.Delegate delegate -> approvals.delegate(draft, envelope, delegate);
            case Command.RevokeGrant revoke -> grants.revoke(draft, envelope, revoke);
            case Command.ClaimTool claim -> tools.claim(draft, envelope, claim);
            case Command.BeatTool beat -> tools.beat(draft, envelope, beat);
            case Command.ReleaseTool release -> tools.release(draft, envelope, release);
            case Command.ToolResult result -> tools.result(draft, envelope, result);
            case Command.Settle settle -> tools.settle(draft, envelope, settle);
            case Command.Claim claim -> runners.claim(draft, claim);
            case Command.Produce produce -> runners.produce(draft, produce);
            case Command.Renew renew -> runners.renew(draft, renew);
            case Command.Doubt doubt -> runners.doubt(draft, doubt);
            case Command.Expire expire -> deadlines.expire(draft);
        };
    }

    /** As {@link #decide(State, Envelope)}, where what comes of it begins with a fork. Nothing forks where nothing happens. */
    public Decision decide(State state, Envelope envelope, Event.Forked fork) {
        State forked = evolution.evolve(state, fork, Math.max(state.lastAt(), envelope.at()));
        Decision decision = decide(forked, envelope);
        if (decision instanceof Decision.Accepted(List<Event> events) && !events.isEmpty()) {
            List<Event> all = new ArrayList<>(List.of(fork));
            all.addAll(events);
            return new Decision.Accepted(all);
        }
        return decision;
    }

    /** The state after a change; the change must have been made from this very state. */
    public State apply(State before, Change change) {
        State state = before;
        for (Event event : change.events()) {
            state = evolution.evolve(state, event, change.at());
        }
        long from = change.from(before.head());
        long to = state.head();
        return switch (change.mark()) {
            case Change.Mark.Nothing() -> state;
            case Change.Mark.Executed(CommandId id, long hash) ->
                state.withLedger(state.ledger().record(id, hash, from, to, limits));
            case Change.Mark.Batch(String id, long no) -> state.mapTurn(id, turn -> turn.batch(no, from, to));
            case Change.Mark.Renewed(String id) -> state.mapTurn(id, Turn::renewed);
            case Change.Mark.Beaten(String id) ->
                state.mapCall(
                        id, call -> call.beaten(change.at() + limits.toolClaim().toMillis()));
        };
    }

    /** The state after one more batch of the log, to be looked at: which commands made it, a log does not say. */
    public State replay(State before, EventBatch batch) {
        return apply(before, new Change(batch.at(), batch.events(), new Change.Mark.Nothing()));
    }

    /** When {@link Command.Expire} will next have something to end, in epoch milliseconds; {@link Long#MAX_VALUE} never. */
    public long nextDeadline(State state) {
        return deadlines.next(state);
    }
}
