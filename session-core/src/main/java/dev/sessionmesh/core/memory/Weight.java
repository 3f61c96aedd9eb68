package dev.sessionmesh.core.memory;

import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.Event;
import java.util.List;

/** Roughly how many bytes a batch takes, without encoding it. */
final class Weight {
    /** Ids, names and bookkeeping of an event. */
    private static final int EVENT = 64;

    private Weight() {}

    static long of(EventBatch batch) {
        return batch.events().stream().mapToLong(event -> EVENT + text(event)).sum();
    }

    private static long text(Event event) {
        return switch (event) {
            case Event.Tokens tokens ->
                tokens.run().text().length() + tokens.run().pieces();
            case Event.InputAccepted input -> text(input.text());
            case Event.ToolCalled called -> text(called.arguments());
            case Event.ApprovalRequested requested -> text(requested.arguments()) + names(requested.terms());
            case Event.ApprovalResolved resolved -> resolved.reason().length();
            case Event.ToolResulted resulted -> text(resulted.result());
            case Event.Steered steered -> steered.instruction().length();
            case Event.TurnEnded ended -> ended.reason().length();
            case Event.ApprovalEdited edited -> text(edited.arguments());
            case Event.ApprovalVoted voted -> 0;
            case Event.ApprovalDelegated delegated -> delegated.to().length();
            case Event.ApprovalReminded reminded -> 0;
            case Event.ApprovalEscalated escalated -> names(escalated.to());
            case Event.ToolGranted granted ->
                granted.tool().length() + granted.deciders().length();
            case Event.GrantRevoked revoked -> 0;
            case Event.ToolClaimed claimed -> claimed.claimant().length();
            case Event.ToolReleased released -> 0;
            case Event.ToolDoubted doubted -> 0;
            case Event.ToolRetried retried -> 0;
            case Event.QueueReordered reordered -> 8L * reordered.turns().size();
            case Event.TurnRetracted retracted -> 0;
            case Event.BranchSelected selected -> 0;
            case Event.StepEnded ended -> 0;
            case Event.MessageSuperseded superseded -> 0;
            case Event.TurnReceived received -> 0;
            case Event.TurnClaimed claimed -> 0;
            case Event.TurnStatusChanged changed -> 0;
            case Event.ToolStarted started -> 0;
            case Event.SteerResolved resolved -> 0;
            case Event.Forked forked -> 0;
        };
    }

    private static long names(ApprovalTerms terms) {
        return terms.reason().length() + names(terms.approvers()) + names(terms.escalateTo());
    }

    private static long names(List<String> names) {
        return names.stream().mapToLong(String::length).sum();
    }

    private static long text(Payload payload) {
        return switch (payload) {
            case Payload.Inline(String text) -> text.length();
            case Payload.Blob blob -> 0;
        };
    }
}
