package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.ToolSpec.Target;
import java.util.Map;
import java.util.Optional;

/** Tabs that execute front-end calls: one takes a call, keeps it by heartbeats, and brings its result. And calls in doubt. */
final class ToolRules {
    private final Limits limits;

    ToolRules(Limits limits) {
        this.limits = limits;
    }

    Decision claim(Draft draft, Envelope envelope, Command.ClaimTool claim) {
        Optional<ToolCall> found = draft.state().call(claim.callId());
        if (found.isEmpty()) {
            return Lookup.noCall(draft.state(), claim.callId());
        }
        ToolCall call = found.get();
        if (!call.open()) {
            return Lookup.settled(call);
        }
        if (!waitsForTab(call)) {
            return Decision.refuse(ErrorCode.WRONG_STATE, "call " + call.id() + " is not offered to tabs");
        }
        if (claim.claimant().isEmpty()) {
            return Decision.refuse(ErrorCode.BAD_FIELD, "claimant is missing");
        }
        Actor by = envelope.origin().actor();
        Optional<ToolCall.Claim> held = call.holder(draft.at());
        if (held.isPresent()) {
            return held.get().isOf(claim.claimant(), by) ? draft.accept() : claimed(held.get());
        }
        if (!isFor(draft.state(), call, by)
                || !call.target().device().isEmpty() && !call.target().device().equals(claim.device())) {
            return notTargeted(call);
        }
        if (call.claim().isPresent()) {
            draft.emit(new Event.ToolReleased(call.id(), call.claims(), "expired"));
        }
        long until = draft.at() + limits.toolClaim().toMillis();
        draft.emit(new Event.ToolClaimed(call.id(), by, claim.claimant(), call.claims() + 1, until));
        return draft.accept();
    }

    /** Also a late one, as long as nobody else took the call. */
    Decision beat(Draft draft, Envelope envelope, Command.BeatTool beat) {
        return notHeld(draft.state(), beat.callId(), beat.claimant(), envelope).orElseGet(draft::accept);
    }

    Decision release(Draft draft, Envelope envelope, Command.ReleaseTool release) {
        return notHeld(draft.state(), release.callId(), release.claimant(), envelope)
                .orElseGet(() -> {
                    int no = draft.state().call(release.callId()).orElseThrow().claims();
                    draft.emit(new Event.ToolReleased(release.callId(), no, "released"));
                    return draft.accept();
                });
    }

    Decision result(Draft draft, Envelope envelope, Command.ToolResult result) {
        Optional<ToolCall> found = draft.state().call(result.callId());
        if (found.isEmpty()) {
            return Lookup.noCall(draft.state(), result.callId());
        }
        ToolCall call = found.get();
        if (!call.open()) {
            return Lookup.settled(call);
        }
        if (!waitsForTab(call)) {
            return Decision.refuse(ErrorCode.WRONG_STATE, "call " + call.id() + " does not wait for a result of yours");
        }
        Actor by = envelope.origin().actor();
        Optional<ToolCall.Claim> held = call.holder(draft.at());
        if (held.isPresent() && !held.get().isOf(result.claimant(), by)) {
            return claimed(held.get());
        }
        // Whoever held it once and lost it has executed it: his result is as good as any.
        if (held.isEmpty()
                && (!isFor(draft.state(), call, by) || !call.target().device().isEmpty() && call.claims() == 0)) {
            return notTargeted(call);
        }
        draft.emit(new Event.ToolResulted(
                call.id(), result.ok() ? ToolCall.Outcome.OK : ToolCall.Outcome.ERROR, result.result(), by));
        draft.settleStatus(call.turn());
        return draft.accept();
    }

    Decision settle(Draft draft, Envelope envelope, Command.Settle settle) {
        Optional<ToolCall> found = draft.state().call(settle.callId());
        if (found.isEmpty()) {
            return Lookup.noCall(draft.state(), settle.callId());
        }
        ToolCall call = found.get();
        if (!call.open()) {
            return Lookup.settled(call);
        }
        if (call.status() != ToolCall.Status.IN_DOUBT) {
            return Decision.refuse(ErrorCode.WRONG_STATE, "call " + call.id() + " is not in doubt");
        }
        Actor by = envelope.origin().actor();
        draft.emit(
                switch (settle.verdict()) {
                    case OK -> new Event.ToolResulted(call.id(), ToolCall.Outcome.OK, settle.result(), by);
                    case ERROR -> new Event.ToolResulted(call.id(), ToolCall.Outcome.ERROR, settle.result(), by);
                    case RETRY ->
                        new Event.ToolRetried(
                                call.id(), by, draft.at() + limits.stall().toMillis());
                });
        draft.settleStatus(call.turn());
        return draft.accept();
    }

    /** What becomes of a call that had begun when its runner was lost. */
    void recover(Draft draft, ToolCall call) {
        draft.emit(
                switch (call.recovery()) {
                    case REPORT ->
                        new Event.ToolResulted(call.id(), ToolCall.Outcome.IN_DOUBT, Payload.EMPTY, Actor.SYSTEM);
                    case ASK ->
                        new Event.ToolDoubted(
                                call.id(), draft.at() + limits.approvalWait().toMillis());
                    case RERUN ->
                        new Event.ToolRetried(
                                call.id(),
                                Actor.SYSTEM,
                                draft.at() + limits.stall().toMillis());
                });
    }

    /** A refusal when the call is not held by this tab. */
    private static Optional<Decision> notHeld(State state, String callId, String claimant, Envelope envelope) {
        Optional<ToolCall> found = state.call(callId);
        if (found.isEmpty()) {
            return Optional.of(Lookup.noCall(state, callId));
        }
        if (!found.get().open()) {
            return Optional.of(Lookup.settled(found.get()));
        }
        Optional<ToolCall.Claim> claim = found.get().claim();
        if (claim.isEmpty()) {
            return Optional.of(Decision.refuse(ErrorCode.NOT_CLAIMED, "nobody has call " + callId + ": claim it"));
        }
        return claim.get().isOf(claimant, envelope.origin().actor())
                ? Optional.empty()
                : Optional.of(claimed(claim.get()));
    }

    private static boolean waitsForTab(ToolCall call) {
        return call.executor() == Executor.CLIENT && call.status() == ToolCall.Status.READY;
    }

    private static boolean isFor(State state, ToolCall call, Actor who) {
        String user = call.target().user();
        String wanted = user.equals(Target.ASKER)
                ? state.turn(call.turn()).map(turn -> turn.askedBy().name()).orElse("")
                : user;
        return wanted.isEmpty() || wanted.equals(who.name());
    }

    private static Decision claimed(ToolCall.Claim held) {
        return new Decision.Refused(
                ErrorCode.ALREADY_CLAIMED,
                "a tab of " + held.by().name() + " executes it",
                Map.of("claimedBy", held.by().name(), "claimant", held.claimant()));
    }

    private static Decision notTargeted(ToolCall call) {
        return Decision.refuse(ErrorCode.NOT_TARGETED, "call " + call.id() + " is for another user or device");
    }
}
