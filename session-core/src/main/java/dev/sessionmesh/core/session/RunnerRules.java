package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.ToolSpec.Executor;
import java.util.Optional;

/** What runners may do to a turn: take it, write it, keep it. The epoch fences all of it. */
final class RunnerRules {
    private final Limits limits;

    RunnerRules(Limits limits) {
        this.limits = limits;
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
                draft.emit(new Event.ToolResulted(call.id(), ToolCall.Outcome.IN_DOUBT, Payload.EMPTY, Actor.SYSTEM));
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
                    draft.emit(new Event.ApprovalResolved(id, ToolCall.Decision.CANCELLED, Actor.SYSTEM, "in_doubt"));
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
                if (turn.steers().contains(steer)) {
                    draft.emit(new Event.SteerResolved(turn.id(), steer, true));
                }
            }
            case Output.End end -> draft.end(turn, end.status(), end.code(), end.reason(), Actor.SYSTEM, end.usage());
        }
    }

    private void call(Draft draft, Turn turn, Output.Call call) {
        if (draft.state().calls().stream().filter(ToolCall::open).count() >= limits.callsPending()) {
            String reason = "more than " + limits.callsPending() + " tool calls are open";
            draft.end(turn, TurnStatus.FAILED, "too_many_calls", reason, Actor.SYSTEM, Usage.UNKNOWN);
            return;
        }
        String id = "k" + (draft.state().counters().calls() + 1);
        boolean client = call.executor() == Executor.CLIENT;
        long wait = call.approval()
                ? limits.approvalWait().toMillis()
                : client ? limits.toolWait().toMillis() : limits.stall().toMillis();
        long deadline = draft.at() + wait;
        draft.emit(new Event.ToolCalled(
                turn.id(), id, call.name(), call.arguments(), call.executor(), call.approval(), deadline));
        if (call.approval()) {
            draft.emit(new Event.ApprovalRequested(turn.id(), id, call.name(), call.arguments(), deadline));
        }
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
