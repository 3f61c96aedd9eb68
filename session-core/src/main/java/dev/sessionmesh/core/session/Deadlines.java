package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ApprovalTerms.OnExpiry;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import java.util.Optional;

/**
 * Nothing waits for ever: claims of tabs run out, people are reminded, what they do not decide expires, and a turn that is past what its
 * state or its budget allows ends, visibly.
 */
final class Deadlines {
    private final Limits limits;

    Deadlines(Limits limits) {
        this.limits = limits;
    }

    Decision expire(Draft draft) {
        Optional<Turn> current = draft.state().current();
        if (current.isPresent()) {
            String turn = current.get().id();
            for (ToolCall call : draft.state().openCalls(turn)) {
                if (draft.turn(turn).active()) {
                    expire(draft, call);
                }
            }
            if (draft.turn(turn).active()) {
                expire(draft, draft.turn(turn));
            }
        }
        return draft.accept();
    }

    long next(State state) {
        return state.current().map(turn -> next(state, turn)).orElse(Long.MAX_VALUE);
    }

    private long next(State state, Turn turn) {
        long next = deadline(state, turn);
        for (ToolCall call : state.openCalls(turn.id())) {
            next = Math.min(next, next(call));
        }
        return next;
    }

    private static long next(ToolCall call) {
        long next = call.waitsForPeople() ? call.deadline() : Long.MAX_VALUE;
        next = Math.min(next, call.claim().map(ToolCall.Claim::until).orElse(Long.MAX_VALUE));
        return Math.min(next, call.approval().map(Approval::nextCall).orElse(Long.MAX_VALUE));
    }

    private void expire(Draft draft, ToolCall call) {
        if (call.claim().filter(held -> held.until() <= draft.at()).isPresent()) {
            draft.emit(new Event.ToolReleased(call.id(), call.claims(), "expired"));
        }
        if (call.waitsForPeople() && call.deadline() <= draft.at()) {
            overdue(draft, call);
        } else {
            call.approval().ifPresent(approval -> callPeople(draft, call.id(), approval));
        }
    }

    private static void overdue(Draft draft, ToolCall call) {
        switch (call.status()) {
            case AWAITING_APPROVAL -> undecided(draft, call);
            case IN_DOUBT -> {
                draft.emit(new Event.ToolResulted(call.id(), ToolCall.Outcome.IN_DOUBT, Payload.EMPTY, Actor.SYSTEM));
                draft.settleStatus(call.turn());
            }
            case READY -> fail(draft, call.turn());
            case STARTED, SETTLED -> {}
        }
    }

    private static void undecided(Draft draft, ToolCall call) {
        OnExpiry policy =
                call.approval().map(approval -> approval.terms().onExpiry()).orElse(OnExpiry.FAIL);
        String told =
                switch (policy) {
                    case FAIL -> "";
                    case SKIP -> "nobody decided in time: go on without it";
                    case ASK -> "nobody decided in time: ask how to proceed";
                };
        if (policy == OnExpiry.FAIL) {
            fail(draft, call.turn());
            return;
        }
        String hash = call.approval().map(Approval::argumentsHash).orElse("");
        draft.emit(new Event.ApprovalResolved(call.id(), ToolCall.Decision.EXPIRED, Actor.SYSTEM, "", hash, ""));
        draft.emit(new Event.ToolResulted(call.id(), ToolCall.Outcome.REJECTED, Payload.of(told), Actor.SYSTEM));
        draft.settleStatus(call.turn());
    }

    private static void callPeople(Draft draft, String call, Approval approval) {
        if (approval.escalateAt() <= draft.at()) {
            draft.emit(new Event.ApprovalEscalated(call, approval.terms().escalateTo()));
        }
        if (approval.remindAt() <= draft.at()) {
            // However long nobody looked, one reminder is enough.
            long periods =
                    (draft.at() - approval.requestedAt()) / approval.terms().remindMillis();
            draft.emit(new Event.ApprovalReminded(call, (int) Math.min(periods, Integer.MAX_VALUE)));
        }
    }

    private void expire(Draft draft, Turn turn) {
        if (Spending.deadline(draft.state(), turn) <= draft.at()) {
            long millis = draft.state().profile().budget().turn().millis();
            draft.overspent(turn, "milliseconds: " + millis);
        } else if (deadline(draft.state(), turn) <= draft.at()) {
            fail(draft, turn.id());
        }
    }

    private static void fail(Draft draft, String id) {
        Turn turn = draft.turn(id);
        String reason = "nothing happened in time while " + turn.status().wire();
        draft.end(turn, TurnStatus.EXPIRED, "expired", reason, Actor.SYSTEM, Usage.UNKNOWN);
    }

    private long deadline(State state, Turn turn) {
        long own =
                switch (turn.status()) {
                    case RECEIVED -> state.lastAt() + limits.queueWait().toMillis();
                    case IN_PROGRESS -> turn.progressAt() + limits.stall().toMillis();
                    case AWAITING_INPUT ->
                        turn.progressAt() + limits.approvalWait().toMillis();
                    // What it waits for has a deadline of its own.
                    case AWAITING_APPROVAL, AWAITING_TOOL -> Long.MAX_VALUE;
                    case COMPLETED, FAILED, CANCELLED, EXPIRED -> Long.MAX_VALUE;
                };
        return Math.min(own, Spending.deadline(state, turn));
    }
}
