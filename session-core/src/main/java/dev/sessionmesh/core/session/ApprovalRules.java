package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Payload;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who decides about calls that wait for approval, and what a decision means. */
final class ApprovalRules {
    private final Limits limits;
    private final Grants grants;

    ApprovalRules(Limits limits, Grants grants) {
        this.limits = limits;
        this.grants = grants;
    }

    Decision decide(Draft draft, Envelope envelope, Command.Decide decide) {
        List<String> ids = decide.callIds().stream().distinct().toList();
        for (String id : ids) {
            Optional<Decision> refusal = refusal(draft, envelope.origin(), decide, id);
            if (refusal.isPresent()) {
                return refusal.get();
            }
        }
        if (decide.remember()) {
            List<ToolCall> calls =
                    ids.stream().flatMap(id -> draft.state().call(id).stream()).toList();
            Optional<Decision> tooMany = grants.tooMany(draft.state(), calls);
            if (tooMany.isPresent()) {
                return tooMany.get();
            }
        }
        for (String id : ids) {
            // An earlier one of them may have been remembered, which decides the others of its tool.
            Optional<ToolCall> open =
                    draft.state().call(id).filter(call -> call.approval().isPresent());
            open.ifPresent(call -> decide(draft, envelope.origin(), decide, call));
        }
        return draft.accept();
    }

    private static Optional<Decision> refusal(Draft draft, Origin who, Command.Decide decide, String id) {
        Optional<ToolCall> found = draft.state().call(id);
        if (found.isEmpty()) {
            return Optional.of(Lookup.noCall(draft.state(), id));
        }
        ToolCall call = found.get();
        if (call.approval().isEmpty()) {
            return Optional.of(noApproval(call));
        }
        if (call.deadline() <= draft.at()) {
            return Optional.of(expired(call));
        }
        Approval approval = call.approval().get();
        String name = who.actor().name();
        if (!approval.mayDecide(who)) {
            return Optional.of(notAnApprover(name, approval));
        }
        if (!decide.argumentsHash().isEmpty() && !decide.argumentsHash().equals(approval.argumentsHash())) {
            return Optional.of(new Decision.Refused(
                    ErrorCode.ARGUMENTS_CHANGED,
                    "the arguments of call " + id + " are not those that you decide about",
                    Map.of("argumentsHash", approval.argumentsHash())));
        }
        if (decide.approve() && edit(decide, approval).isEmpty() && approval.hasVoted(name)) {
            return Optional.of(Decision.refuse(ErrorCode.ALREADY_VOTED, "you approved call " + id + " already"));
        }
        return decide.remember() ? Grants.refusal(who, approval) : Optional.empty();
    }

    private static void decide(Draft draft, Origin who, Command.Decide decide, ToolCall call) {
        Actor by = who.actor();
        Approval asked = call.approval().orElseThrow();
        if (!decide.approve()) {
            String hash = asked.argumentsHash();
            draft.emit(
                    new Event.ApprovalResolved(call.id(), ToolCall.Decision.REJECTED, by, decide.reason(), hash, ""));
            draft.emit(new Event.ToolResulted(call.id(), ToolCall.Outcome.REJECTED, Payload.of(decide.reason()), by));
            draft.settleStatus(call.turn());
            return;
        }
        edit(decide, asked)
                .ifPresent(other -> draft.emit(
                        new Event.ApprovalEdited(call.id(), by, other, other.hash(), asked.argumentsHash())));
        Approval now = draft.state().call(call.id()).flatMap(ToolCall::approval).orElseThrow();
        String hash = now.argumentsHash();
        int approvals = now.votes().size() + 1;
        int needed = now.terms().needed();
        if (approvals < needed) {
            draft.emit(new Event.ApprovalVoted(call.id(), by, hash, approvals, needed));
        } else {
            draft.emit(
                    new Event.ApprovalResolved(call.id(), ToolCall.Decision.APPROVED, by, decide.reason(), hash, ""));
            if (decide.remember()) {
                Grants.remember(draft, who, call.name(), now);
            }
        }
        draft.settleStatus(call.turn());
    }

    /** The arguments wanted instead, if they are others. */
    private static Optional<Payload> edit(Command.Decide decide, Approval approval) {
        return decide.arguments().filter(wanted -> !wanted.hash().equals(approval.argumentsHash()));
    }

    Decision delegate(Draft draft, Envelope envelope, Command.Delegate delegate) {
        Optional<ToolCall> found = draft.state().call(delegate.callId());
        if (found.isEmpty()) {
            return Lookup.noCall(draft.state(), delegate.callId());
        }
        ToolCall call = found.get();
        if (call.approval().isEmpty()) {
            return noApproval(call);
        }
        if (call.deadline() <= draft.at()) {
            return expired(call);
        }
        Approval approval = call.approval().get();
        Actor by = envelope.origin().actor();
        if (!approval.mayDecide(envelope.origin())) {
            return notAnApprover(by.name(), approval);
        }
        if (delegate.to().equals(by.name())) {
            // He could go on to decide when he lost the role by which he may.
            return Decision.refuse(ErrorCode.BAD_FIELD, "to is yourself");
        }
        if (approval.isOwnDoing(delegate.to())) {
            return Decision.refuse(ErrorCode.NOT_AN_APPROVER, delegate.to() + " asked for this, and may not decide it");
        }
        if (approval.delegates().contains(delegate.to())) {
            return draft.accept();
        }
        if (approval.delegates().size() >= limits.approversPerCall()
                || PendingNames.full(draft.state(), 3 * delegate.to().length())) {
            return Decision.refuse(ErrorCode.QUEUE_FULL, "as many delegates are named as there may be");
        }
        draft.emit(new Event.ApprovalDelegated(call.id(), by, delegate.to()));
        return draft.accept();
    }

    /** Whether somebody looked at the clock by now makes no difference to whoever decides. */
    private static Decision expired(ToolCall call) {
        return Decision.refuse(ErrorCode.TOO_LATE, "the time to decide about call " + call.id() + " is over");
    }

    private static Decision noApproval(ToolCall call) {
        return call.decision() == ToolCall.Decision.NONE
                ? Decision.refuse(ErrorCode.WRONG_STATE, "call " + call.id() + " needs no approval")
                : Lookup.decided(call);
    }

    private static Decision notAnApprover(String user, Approval approval) {
        return Decision.refuse(
                ErrorCode.NOT_AN_APPROVER,
                approval.isOwnDoing(user)
                        ? "whoever asked for this may not decide it"
                        : "this is for others to decide");
    }
}
