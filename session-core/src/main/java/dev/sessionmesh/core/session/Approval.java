package dev.sessionmesh.core.session;

import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Origin;
import java.util.ArrayList;
import java.util.List;

/**
 * An approval that is waited for. It is bound to the exact arguments: votes count for {@code argumentsHash} and are void when that
 * changes.
 *
 * @param askedBy name of the person whose turn it is
 * @param argumentsHash SHA-256 of the arguments' UTF-8 bytes, in hex
 * @param votes who has approved so far
 * @param delegates users whom somebody who may decide let decide in his place
 * @param escalated whether those to escalate to may decide by now
 * @param reminders how often those who may decide were reminded
 * @param requestedAt epoch milliseconds
 * @param argumentsSeq of the event that holds the arguments
 */
public record Approval(
        ApprovalTerms terms,
        String askedBy,
        String argumentsHash,
        List<Vote> votes,
        List<String> delegates,
        boolean escalated,
        int reminders,
        long requestedAt,
        long argumentsSeq) {

    /** @param at epoch milliseconds */
    public record Vote(String by, long at) {}

    public Approval {
        votes = List.copyOf(votes);
        delegates = List.copyOf(delegates);
    }

    static Approval requested(Event.ApprovalRequested event, long at, long seq) {
        return new Approval(
                event.terms(), event.askedBy(), event.argumentsHash(), List.of(), List.of(), false, 0, at, seq);
    }

    /** Whether somebody may decide, by name, by role, as a delegate, or because it was escalated to him. */
    public boolean mayDecide(Origin who) {
        return mayDecide(who.actor().name(), who.roles());
    }

    public boolean mayDecide(String user, List<String> roles) {
        if (terms.separateDuty() && user.equals(askedBy)) {
            return false;
        }
        return terms.approvers().isEmpty()
                || delegates.contains(user)
                || names(terms.approvers(), user, roles)
                || escalated && names(terms.escalateTo(), user, roles);
    }

    boolean hasVoted(String user) {
        return votes.stream().anyMatch(vote -> vote.by().equals(user));
    }

    /** When the next reminder or the escalation is due, in epoch milliseconds; {@link Long#MAX_VALUE} never. */
    long nextCall() {
        return Math.min(remindAt(), escalateAt());
    }

    /** When the next reminder is due. */
    public long remindAt() {
        return terms.remindMillis() == 0 ? Long.MAX_VALUE : requestedAt + (reminders + 1L) * terms.remindMillis();
    }

    public long escalateAt() {
        return terms.escalateMillis() == 0 || escalated ? Long.MAX_VALUE : requestedAt + terms.escalateMillis();
    }

    Approval voted(String by, long at) {
        return with(argumentsHash, added(votes, new Vote(by, at)), delegates, escalated, reminders, argumentsSeq);
    }

    Approval without(String user) {
        List<Vote> others =
                votes.stream().filter(vote -> !vote.by().equals(user)).toList();
        return with(argumentsHash, others, delegates, escalated, reminders, argumentsSeq);
    }

    Approval edited(String hash, long seq) {
        return with(hash, List.of(), delegates, escalated, reminders, seq);
    }

    Approval delegated(String to) {
        return with(argumentsHash, votes, added(delegates, to), escalated, reminders, argumentsSeq);
    }

    Approval escalatedNow() {
        return with(argumentsHash, votes, delegates, true, reminders, argumentsSeq);
    }

    Approval reminded(int count) {
        return with(argumentsHash, votes, delegates, escalated, count, argumentsSeq);
    }

    private Approval with(String hash, List<Vote> who, List<String> instead, boolean up, int count, long seq) {
        return new Approval(terms, askedBy, hash, who, instead, up, count, requestedAt, seq);
    }

    private static boolean names(List<String> approvers, String user, List<String> roles) {
        return approvers.contains(ApprovalTerms.USER + user)
                || roles.stream().anyMatch(role -> approvers.contains(ApprovalTerms.ROLE + role));
    }

    private static <T> List<T> added(List<T> list, T element) {
        List<T> next = new ArrayList<>(list);
        next.add(element);
        return next;
    }
}
