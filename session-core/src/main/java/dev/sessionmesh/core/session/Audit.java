package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * The chain of a session's decisions: who decided what about which payload. Each entry's hash covers the entry before it, so that
 * none can be changed, left out or put in without all that follow looking different (docs/audit.md). The state holds the last
 * link only; the entries are read from the log.
 *
 * @param no how many entries there are
 * @param hash of the last one
 */
public record Audit(long no, String hash) {
    public static final Audit START = new Audit(0, "0".repeat(64));

    /**
     * @param seq of the event it stands for
     * @param at epoch milliseconds
     * @param action what was done: {@code requested}, {@code voted}, {@code approved} ...
     * @param subject the call or grant that it was done to
     * @param payloadHash of the arguments, or of the result; empty when it is about neither
     * @param detail the reason, the delegate, the tool ...
     * @param previous the hash of the entry before
     */
    public record Entry(
            long no,
            long seq,
            long at,
            String action,
            String subject,
            Actor by,
            String payloadHash,
            String detail,
            String previous,
            String hash) {

        /** The hash that it must have: of its fields as netstrings, in the order of this record. */
        public String expectedHash() {
            StringBuilder form = new StringBuilder(384);
            for (String field : new String[] {
                previous,
                Long.toString(no),
                Long.toString(seq),
                Long.toString(at),
                action,
                subject,
                by.kind().name().toLowerCase(Locale.ROOT),
                by.name(),
                payloadHash,
                detail
            }) {
                int bytes = field.getBytes(StandardCharsets.UTF_8).length;
                form.append(bytes).append(':').append(field).append(',');
            }
            return Sha256.hex(form.toString().getBytes(StandardCharsets.UTF_8));
        }

        /** Whether it is what it says, and follows {@code before}. */
        public boolean follows(Audit before) {
            return no == before.no() + 1 && previous.equals(before.hash()) && hash.equals(expectedHash());
        }
    }

    /** The entry that an event makes; none when nothing was decided in it. */
    public Optional<Entry> entry(long seq, long at, Event event) {
        return fact(event).map(fact -> {
            Entry draft = new Entry(
                    no + 1, seq, at, fact.action, fact.subject, fact.by, fact.payloadHash, fact.detail, hash, "");
            return new Entry(
                    draft.no(),
                    seq,
                    at,
                    fact.action,
                    fact.subject,
                    fact.by,
                    fact.payloadHash,
                    fact.detail,
                    hash,
                    draft.expectedHash());
        });
    }

    Audit after(long seq, long at, Event event) {
        return entry(seq, at, event)
                .map(entry -> new Audit(entry.no(), entry.hash()))
                .orElse(this);
    }

    private record Fact(String action, String subject, Actor by, String payloadHash, String detail) {}

    private static Optional<Fact> fact(Event event) {
        return Optional.ofNullable(
                switch (event) {
                    case Event.ApprovalRequested e ->
                        new Fact(
                                "requested",
                                e.callId(),
                                Actor.SYSTEM,
                                e.argumentsHash(),
                                e.name() + " for " + e.askedBy());
                    case Event.ApprovalVoted e ->
                        new Fact("voted", e.callId(), e.by(), e.argumentsHash(), e.approvals() + " of " + e.needed());
                    case Event.ApprovalEdited e ->
                        new Fact("edited", e.callId(), e.by(), e.argumentsHash(), e.originalHash());
                    case Event.ApprovalDelegated e -> new Fact("delegated", e.callId(), e.by(), "", e.to());
                    case Event.ApprovalEscalated e ->
                        new Fact("escalated", e.callId(), Actor.SYSTEM, "", String.join(",", e.to()));
                    case Event.ApprovalResolved e ->
                        new Fact(
                                e.decision().name().toLowerCase(Locale.ROOT),
                                e.callId(),
                                e.by(),
                                e.argumentsHash(),
                                e.grant().isEmpty() ? e.reason() : "grant " + e.grant());
                    case Event.ToolGranted e -> new Fact("granted", e.grant(), e.by(), "", e.tool());
                    case Event.GrantRevoked e -> new Fact("revoked", e.grant(), e.by(), "", "");
                    case Event.ToolDoubted e -> new Fact("doubted", e.callId(), Actor.SYSTEM, "", "");
                    case Event.ToolRetried e -> new Fact("retried", e.callId(), e.by(), "", "");
                    case Event.ToolResulted e
                    when e.by().kind() == Actor.Kind.PERSON ->
                        new Fact(
                                "resulted",
                                e.callId(),
                                e.by(),
                                e.result().hash(),
                                e.outcome().name().toLowerCase(Locale.ROOT));
                    case Event.ToolResulted e -> null;
                    case Event.Tokens e -> null;
                    case Event.InputAccepted e -> null;
                    case Event.TurnReceived e -> null;
                    case Event.QueueReordered e -> null;
                    case Event.TurnRetracted e -> null;
                    case Event.BranchSelected e -> null;
                    case Event.StepEnded e -> null;
                    case Event.MessageSuperseded e -> null;
                    case Event.TurnClaimed e -> null;
                    case Event.TurnStatusChanged e -> null;
                    case Event.TurnEnded e -> null;
                    case Event.ToolCalled e -> null;
                    case Event.ApprovalReminded e -> null;
                    case Event.ToolClaimed e -> null;
                    case Event.ToolReleased e -> null;
                    case Event.ToolStarted e -> null;
                    case Event.Steered e -> null;
                    case Event.SteerResolved e -> null;
                    case Event.Forked e -> null;
                });
    }
}
