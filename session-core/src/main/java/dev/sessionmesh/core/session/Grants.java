package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Origin;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Approvals beforehand: whoever may decide all calls of a tool by himself may do so once. */
final class Grants {
    private final Limits limits;

    Grants(Limits limits) {
        this.limits = limits;
    }

    /** Why somebody may not approve further calls together with this one. */
    static Optional<Decision> refusal(Origin who, Approval approval) {
        if (approval.terms().needed() > 1) {
            return Optional.of(Decision.refuse(
                    ErrorCode.BAD_FIELD, "remember: what takes several people can't be approved beforehand"));
        }
        return approval.isAppointed(who.actor().name(), who.roles())
                ? Optional.empty()
                : Optional.of(Decision.refuse(
                        ErrorCode.NOT_AN_APPROVER, "remember: you may decide this call only, in place of others"));
    }

    /** A refusal when there would be too many. */
    Optional<Decision> tooMany(State state, List<ToolCall> calls) {
        Set<String> fresh = new HashSet<>();
        for (ToolCall call : calls) {
            String deciders = call.approval().orElseThrow().terms().deciders();
            if (find(state, call.name(), deciders).isEmpty()) {
                fresh.add(call.name() + "\n" + deciders);
            }
        }
        return state.grants().size() + fresh.size() <= limits.grantsPerSession()
                ? Optional.empty()
                : Optional.of(Decision.refuse(
                        ErrorCode.QUEUE_FULL, limits.grantsPerSession() + " tools are approved beforehand at most"));
    }

    /** From now on such calls need no more approvals here; those that wait have theirs, as far as he may decide them. */
    static void remember(Draft draft, Origin who, String tool, Approval approval) {
        Actor by = who.actor();
        String deciders = approval.terms().deciders();
        Grant grant = find(draft.state(), tool, deciders).orElseGet(() -> {
            String id = "g" + (draft.state().counters().grants() + 1);
            draft.emit(new Event.ToolGranted(id, tool, deciders, by));
            return draft.state().grants().getLast();
        });
        for (ToolCall call : draft.state().calls()) {
            call.approval()
                    .filter(waiting ->
                            call.name().equals(tool) && refusal(who, waiting).isEmpty())
                    .ifPresent(waiting -> {
                        draft.emit(new Event.ApprovalResolved(
                                call.id(), ToolCall.Decision.APPROVED, by, "", waiting.argumentsHash(), grant.id()));
                        draft.settleStatus(call.turn());
                    });
        }
    }

    /** The grant that approves a call as soon as it is made. */
    static Optional<Grant> covering(State state, String tool, Approval asked) {
        return find(state, tool, asked.terms().deciders())
                .filter(grant -> asked.terms().needed() == 1
                        && !asked.isOwnDoing(grant.by().name()));
    }

    private static Optional<Grant> find(State state, String tool, String deciders) {
        return state.grants().stream()
                .filter(grant -> grant.tool().equals(tool) && grant.deciders().equals(deciders))
                .findFirst();
    }

    Decision revoke(Draft draft, Envelope envelope, Command.RevokeGrant revoke) {
        if (draft.state().grant(revoke.grant()).isEmpty()) {
            return Decision.refuse(ErrorCode.GRANT_NOT_FOUND, "no such grant, or it was revoked");
        }
        draft.emit(new Event.GrantRevoked(revoke.grant(), envelope.origin().actor()));
        return draft.accept();
    }
}
