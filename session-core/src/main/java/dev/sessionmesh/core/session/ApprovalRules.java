package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who decides about calls that wait for approval, and what a decision means. */
final class ApprovalRules {
    private final Limits limits;

    ApprovalRules(Limits limits) {
        this.limits = limits;
    }

    Decision decide(Draft draft, Envelope envelope, Command.Decide decide) {
        List<String> calls = decide.callIds().stream().distinct().toList();
        for (String id : calls) {
            Optional<Decision> refusal = refusal(draft, envelope, decide, id);
            if (refusal.isPresent()) {
                return refusal.get();
            }
        }
        for (String id : calls) {
            // An earlier one of them may have been remembered, which decides the others of its tool.
            Optional<ToolCall> open =
                    draft.state().call(id).filter(call -> call.approval().isPresent());
            open.ifPresent(call -> decide(draft, envelope.origin().actor(), decide, call));
        }
        return draft.accept();
    }

    private Optional<Decision> refusal(Draft draft, Envelope envelope, Command.Decide decide, String id) {
        Optional<ToolCall> found = draft.state().call(id);
        if (found.isEmpty()) {
            return Optional.of(Lookup.noCall(draft.state(), id));
        }
        ToolCall call = found.get();
        if (call.status() != ToolCall.Status.AWAITING_APPROVAL
                || call.approval().isEmpty()) {
            return Optional.of(
                    call.decision() == ToolCall.Decision.NONE
                            ? Decision.refuse(ErrorCode.WRONG_STATE, "call " + call.id() + " needs no approval")
                            : Lookup.decided(call));
        }
        Approval approval = call.approval().get();
        if (!approval.mayDecide(envelope.origin())) {
            return Optional.of(notAnApprover(envelope, approval));
        }
        if (!decide.argumentsHash().isEmpty() && !decide.argumentsHash().equals(approval.argumentsHash())) {
            return Optional.of(new Decision.Refused(
                    ErrorCode.ARGUMENTS_CHANGED,
                    "the arguments of call " + id + " are not those that you decide about",
                    Map.of("argumentsHash", approval.argumentsHash())));
        }
        if (decide.approve()
                && decide.arguments().isEmpty()
                && approval.hasVoted(envelope.origin().actor().name())) {
            return Optional.of(Decision.refuse(ErrorCode.ALREADY_VOTED, "you approved call " + id + " already"));
        }
        if (decide.remember() && approval.terms().needed() > 1) {
            return Optional.of(Decision.refuse(
                    ErrorCode.BAD_FIELD, "remember: what takes several people can't be approved beforehand"));
        }
        if (decide.remember()
                && granted(draft.state(), call.name()).isEmpty()
                && draft.state().grants().size() >= limits.grantsPerSession()) {
            return Optional.of(Decision.refuse(
                    ErrorCode.QUEUE_FULL, limits.grantsPerSession() + " tools are approved beforehand already"));
        }
        return Optional.empty();
    }

    private static void decide(Draft draft, Actor by, Command.Decide decide, ToolCall call) {
        if (!decide.approve()) {
            reject(draft, by, decide.reason(), call);
            return;
        }
        Approval approval = edited(draft, by, decide, call);
        int approvals = approval.votes().size() + 1;
        String hash = approval.argumentsHash();
        if (approvals < approval.terms().needed()) {
            draft.emit(new Event.ApprovalVoted(
                    call.id(), by, hash, approvals, approval.terms().needed()));
        } else {
            draft.emit(
                    new Event.ApprovalResolved(call.id(), ToolCall.Decision.APPROVED, by, decide.reason(), hash, ""));
            if (decide.remember()) {
                remember(draft, by, call.name());
            }
        }
        draft.settleStatus(call.turn());
    }

    private static Approval edited(Draft draft, Actor by, Command.Decide decide, ToolCall call) {
        Approval approval = call.approval().orElseThrow();
        Optional<Payload> other =
                decide.arguments().filter(arguments -> !arguments.hash().equals(approval.argumentsHash()));
        if (other.isEmpty()) {
            // The same arguments, voted for by the same person, are still one vote.
            return approval.hasVoted(by.name()) ? approval.without(by.name()) : approval;
        }
        Payload arguments = other.get();
        draft.emit(new Event.ApprovalEdited(call.id(), by, arguments, arguments.hash(), approval.argumentsHash()));
        return approval.edited(arguments.hash(), draft.state().head());
    }

    private static void reject(Draft draft, Actor by, String reason, ToolCall call) {
        String hash = call.approval().map(Approval::argumentsHash).orElse("");
        draft.emit(new Event.ApprovalResolved(call.id(), ToolCall.Decision.REJECTED, by, reason, hash, ""));
        draft.emit(new Event.ToolResulted(call.id(), ToolCall.Outcome.REJECTED, Payload.of(reason), by));
        draft.settleStatus(call.turn());
    }

    /** From now on the tool needs no more approvals here; those that wait have theirs, as far as the one who grants may decide them. */
    private static void remember(Draft draft, Actor by, String tool) {
        String grant = granted(draft.state(), tool).map(Grant::id).orElseGet(() -> {
            String id = "g" + (draft.state().counters().grants() + 1);
            draft.emit(new Event.ToolGranted(id, tool, by));
            return id;
        });
        for (ToolCall call : draft.state().calls()) {
            call.approval()
                    .filter(waiting -> call.name().equals(tool) && covers(by, waiting))
                    .ifPresent(waiting -> {
                        draft.emit(new Event.ApprovalResolved(
                                call.id(), ToolCall.Decision.APPROVED, by, "", waiting.argumentsHash(), grant));
                        draft.settleStatus(call.turn());
                    });
        }
    }

    /** The grant that approves a call as soon as it is made. */
    static Optional<Grant> covering(State state, String tool, Approval asked) {
        return granted(state, tool).filter(grant -> covers(grant.by(), asked));
    }

    private static boolean covers(Actor granter, Approval asked) {
        boolean ownDoing = asked.terms().separateDuty() && granter.name().equals(asked.askedBy());
        return asked.terms().needed() == 1 && !ownDoing;
    }

    private static Optional<Grant> granted(State state, String tool) {
        return state.grants().stream()
                .filter(grant -> grant.tool().equals(tool))
                .findFirst();
    }

    Decision delegate(Draft draft, Envelope envelope, Command.Delegate delegate) {
        Optional<ToolCall> found = draft.state().call(delegate.callId());
        if (found.isEmpty()) {
            return Lookup.noCall(draft.state(), delegate.callId());
        }
        Optional<Approval> waiting = found.get().approval();
        if (waiting.isEmpty()) {
            return found.get().decision() == ToolCall.Decision.NONE
                    ? Decision.refuse(ErrorCode.WRONG_STATE, "call " + delegate.callId() + " waits for no approval")
                    : Lookup.decided(found.get());
        }
        Approval approval = waiting.get();
        if (!approval.mayDecide(envelope.origin())) {
            return notAnApprover(envelope, approval);
        }
        if (approval.terms().separateDuty() && delegate.to().equals(approval.askedBy())) {
            return Decision.refuse(ErrorCode.NOT_AN_APPROVER, delegate.to() + " asked for this, and may not decide it");
        }
        if (approval.delegates().size() >= limits.approversPerCall()) {
            return Decision.refuse(ErrorCode.QUEUE_FULL, limits.approversPerCall() + " delegates are named already");
        }
        if (!approval.delegates().contains(delegate.to())) {
            draft.emit(new Event.ApprovalDelegated(
                    delegate.callId(), envelope.origin().actor(), delegate.to()));
        }
        return draft.accept();
    }

    Decision revoke(Draft draft, Envelope envelope, Command.RevokeGrant revoke) {
        if (draft.state().grant(revoke.grant()).isEmpty()) {
            return Decision.refuse(ErrorCode.GRANT_NOT_FOUND, "no such grant, or it was revoked");
        }
        draft.emit(new Event.GrantRevoked(revoke.grant(), envelope.origin().actor()));
        return draft.accept();
    }

    private static Decision notAnApprover(Envelope envelope, Approval approval) {
        boolean asked = approval.terms().separateDuty()
                && approval.askedBy().equals(envelope.origin().actor().name());
        return Decision.refuse(
                ErrorCode.NOT_AN_APPROVER,
                asked ? "whoever asked for this may not decide it" : "this is for others to decide");
    }
}
