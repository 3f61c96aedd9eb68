package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.ToolSpec.Target;
import java.util.Optional;

/** What runners may do to a turn: take it, write it, keep it. The epoch fences all of it. */
final class RunnerRules {
    private final Limits limits;
    private final ToolRules tools;

    RunnerRules(Limits limits, ToolRules tools) {
        this.limits = limits;
        this.tools = tools;
    }

    Decision claim(Draft draft, Command.Claim claim) {
        Optional<Turn> found = draft.state().turn(claim.turn());
        if (found.isEmpty() || !found.get().active()) {
            return Decision.refuse(ErrorCode.TOO_LATE, "the turn has ended");
        }
        Turn turn = found.get();
        if (turn.runEpoch() == claim.expectedEpoch() + 1 && turn.runner().equals(claim.runner())) {
            return new Decision.Duplicate(0, 0);
        }
        boolean first = draft.state().current().filter(turn::equals).isPresent();
        if (!first) {
            return Decision.refuse(ErrorCode.WRONG_STATE, "another turn comes first");
        }
        if (turn.runEpoch() != claim.expectedEpoch() || turn.beat() != claim.expectedBeat()) {
            return Decision.refuse(ErrorCode.FENCED, "turn " + turn.id() + " is in epoch " + turn.runEpoch());
        }
        for (ToolCall call : draft.state().openCalls(turn.id())) {
            if (call.status() == ToolCall.Status.STARTED) {
                tools.recover(draft, call);
            }
        }
        boolean takeover = !turn.runner().equals(Runner.NONE);
        draft.emit(new Event.TurnClaimed(
                turn.id(), turn.runEpoch() + 1, claim.runner(), draft.wanted(turn.id()), takeover));
        return draft.accept();
    }

    Decision produce(Draft draft, Command.Produce produce) {
        Optional<Turn> found = draft.state().turn(produce.turn());
        if (found.isEmpty()) {
            return Decision.refuse(ErrorCode.TOO_LATE, "the turn has ended");
        }
        Turn turn = found.get();
        if (!isHeld(turn, produce.runEpoch())) {
            return Decision.refuse(ErrorCode.FENCED, "turn " + turn.id() + " is in epoch " + turn.runEpoch());
        }
        if (produce.batchNo() < turn.batchNo()) {
            // A runner has one batch under way. Whoever comes with an older one is a second runner of the same epoch.
            return Decision.refuse(ErrorCode.FENCED, "batch " + turn.batchNo() + " was written already");
        }
        if (produce.batchNo() == turn.batchNo() && turn.batchNo() > 0) {
            return new Decision.Duplicate(turn.lastBatchFrom(), turn.lastBatchTo());
        }
        if (!turn.active()) {
            return Decision.refuse(ErrorCode.TOO_LATE, "the turn has ended");
        }
        if (produce.batchNo() != turn.batchNo() + 1) {
            return Decision.refuse(ErrorCode.WRONG_STATE, "batch " + (turn.batchNo() + 1) + " comes first");
        }
        for (Output output : produce.outputs()) {
            if (draft.turn(turn.id()).active()) {
                write(draft, draft.turn(turn.id()), output);
            }
        }
        Turn written = draft.turn(turn.id());
        if (written.active()) {
            Spending.exceeded(draft.state(), written).ifPresent(what -> draft.overspent(written, what));
        }
        draft.settleStatus(turn.id());
        return draft.accept();
    }

    Decision renew(Draft draft, Command.Renew renew) {
        Optional<Turn> turn = draft.state().turn(renew.turn()).filter(Turn::active);
        if (turn.isEmpty()) {
            return Decision.refuse(ErrorCode.TOO_LATE, "the turn has ended");
        }
        return isHeld(turn.get(), renew.runEpoch())
                ? draft.accept()
                : Decision.refuse(
                        ErrorCode.FENCED, "the turn is in epoch " + turn.get().runEpoch());
    }

    Decision doubt(Draft draft, Command.Doubt doubt) {
        for (String id : doubt.calls()) {
            Optional<ToolCall> open = draft.state().call(id).filter(ToolCall::open);
            if (open.isPresent()) {
                if (open.get().status() == ToolCall.Status.AWAITING_APPROVAL) {
                    String hash =
                            open.get().approval().map(Approval::argumentsHash).orElse("");
                    draft.emit(new Event.ApprovalResolved(
                            id, ToolCall.Decision.CANCELLED, Actor.SYSTEM, "in_doubt", hash, ""));
                }
                draft.emit(new Event.ToolResulted(id, ToolCall.Outcome.IN_DOUBT, Payload.EMPTY, Actor.SYSTEM));
                draft.settleStatus(open.get().turn());
            }
        }
        return draft.accept();
    }

    /** Epoch 0 is nobody's: a turn that was never claimed has no runner to hear. */
    private static boolean isHeld(Turn turn, int epoch) {
        return epoch > 0 && turn.runEpoch() == epoch;
    }

    private void write(Draft draft, Turn turn, Output output) {
        switch (output) {
            case Output.Text text ->
                draft.emit(new Event.Tokens(turn.id(), messageOf(draft, turn), text.part(), text.kind(), text.run()));
            case Output.Call call -> call(draft, turn, call);
            case Output.CallRefused refused -> refuse(draft, turn, refused);
            case Output.CallStarted(String callId) -> {
                if (isServerCall(draft, turn, callId, ToolCall.Status.READY)) {
                    draft.emit(new Event.ToolStarted(callId));
                }
            }
            case Output.CallFinished(String callId, ToolCall.Outcome outcome, Payload result) -> {
                if (isServerCall(draft, turn, callId, ToolCall.Status.STARTED)) {
                    draft.emit(new Event.ToolResulted(callId, outcome, result, agent(turn)));
                }
            }
            case Output.SteerConsumed(String steer) -> {
                if (turn.awaitsSteer(steer)) {
                    int step = turn.spent().steps() + 1;
                    draft.emit(new Event.SteerResolved(turn.id(), steer, true, step));
                }
            }
            case Output.StepEnded(Usage usage) -> step(draft, turn, usage);
            case Output.Supersede() -> {
                if (!turn.openMessage().isEmpty()) {
                    draft.emit(new Event.MessageSuperseded(turn.id(), turn.openMessage()));
                }
            }
            case Output.End end -> draft.end(turn, end.status(), end.code(), end.reason(), Actor.SYSTEM, end.usage());
        }
    }

    private void step(Draft draft, Turn turn, Usage usage) {
        int step = turn.spent().steps() + 1;
        draft.emit(new Event.StepEnded(turn.id(), step, usage));
        if (step >= limits.stepsPerTurn()) {
            String reason = "the model was run " + step + " times";
            draft.end(draft.turn(turn.id()), TurnStatus.FAILED, "too_many_steps", reason, Actor.SYSTEM, Usage.UNKNOWN);
        }
    }

    private void call(Draft draft, Turn turn, Output.Call call) {
        if (isOneTooMany(draft, turn)) {
            return;
        }
        String id = nextCall(draft);
        long deadline = draft.at() + waitFor(call);
        draft.emit(new Event.ToolCalled(
                turn.id(),
                id,
                call.name(),
                call.arguments(),
                call.executor(),
                call.recovery(),
                call.target(),
                call.approval().isPresent(),
                deadline));
        call.approval().ifPresent(terms -> {
            Event.ApprovalRequested asked = new Event.ApprovalRequested(
                    turn.id(),
                    id,
                    call.name(),
                    call.arguments(),
                    call.arguments().hash(),
                    turn.askedBy().name(),
                    terms,
                    deadline);
            draft.emit(asked);
            ApprovalRules.covering(
                            draft.state(),
                            call.name(),
                            Approval.requested(asked, draft.at(), draft.state().head()))
                    .ifPresent(grant -> draft.emit(new Event.ApprovalResolved(
                            id, ToolCall.Decision.APPROVED, grant.by(), "", asked.argumentsHash(), grant.id())));
        });
    }

    /** The model is told at once why not, and goes on. */
    private void refuse(Draft draft, Turn turn, Output.CallRefused refused) {
        if (isOneTooMany(draft, turn)) {
            return;
        }
        String id = nextCall(draft);
        draft.emit(new Event.ToolCalled(
                turn.id(),
                id,
                refused.name(),
                refused.arguments(),
                Executor.SERVER,
                ToolCall.Recovery.REPORT,
                Target.ANY,
                false,
                draft.at()));
        draft.emit(new Event.ToolResulted(id, ToolCall.Outcome.ERROR, Payload.of(refused.reason()), Actor.SYSTEM));
    }

    private boolean isOneTooMany(Draft draft, Turn turn) {
        Optional<String> usedUp = Spending.callsUsedUp(draft.state(), turn);
        if (usedUp.isPresent()) {
            draft.overspent(turn, usedUp.get());
            return true;
        }
        boolean many = draft.state().calls().stream().filter(ToolCall::open).count() >= limits.callsPending();
        if (many) {
            String reason = "more than " + limits.callsPending() + " tool calls are open";
            draft.end(turn, TurnStatus.FAILED, "too_many_calls", reason, Actor.SYSTEM, Usage.UNKNOWN);
        }
        return many;
    }

    private long waitFor(Output.Call call) {
        if (call.approval().isPresent()) {
            long wanted = call.approval().get().expiresMillis();
            return wanted > 0 ? wanted : limits.approvalWait().toMillis();
        }
        return call.executor() == Executor.CLIENT
                ? limits.toolWait().toMillis()
                : limits.stall().toMillis();
    }

    private static String nextCall(Draft draft) {
        return "k" + (draft.state().counters().calls() + 1);
    }

    private static String messageOf(Draft draft, Turn turn) {
        return turn.openMessage().isEmpty() ? "m" + (draft.state().counters().messages() + 1) : turn.openMessage();
    }

    private static boolean isServerCall(Draft draft, Turn turn, String id, ToolCall.Status status) {
        return draft.state()
                .call(id)
                .filter(call -> call.turn().equals(turn.id()))
                .filter(call -> call.executor() == Executor.SERVER && call.status() == status)
                .isPresent();
    }

    private static Actor agent(Turn turn) {
        return new Actor(Actor.Kind.AGENT, turn.runner().node());
    }
}
