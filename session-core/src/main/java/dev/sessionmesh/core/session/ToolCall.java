package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.ToolSpec.Target;
import java.util.Optional;

/**
 * A tool call and how far it got.
 *
 * @param recovery what happens when it had begun and its runner was lost
 * @param target whose tab may execute it, when it is a front-end call
 * @param deadline epoch milliseconds after which what it waits for expires
 * @param decision the approval's outcome; {@link Decision#NONE} while pending or not needed
 * @param decidedBy who decided the approval; {@link Actor#SYSTEM} while nobody did
 * @param decidedAt when, in epoch milliseconds; 0 while nobody did
 * @param settledBy who gave the result or ended the call; {@link Actor#SYSTEM} while nobody did
 * @param settledAt when, in epoch milliseconds; 0 while nobody did
 * @param approval the approval while it is pending
 * @param claim the tab that executes it, when it is a front-end call
 * @param claims how often a tab took it
 */
public record ToolCall(
        String id,
        String turn,
        String name,
        Executor executor,
        Recovery recovery,
        Target target,
        Status status,
        long deadline,
        Decision decision,
        Actor decidedBy,
        long decidedAt,
        Actor settledBy,
        long settledAt,
        Optional<Approval> approval,
        Optional<Claim> claim,
        int claims) {

    /**
     * A tab's hold on a front-end call.
     *
     * @param claimant the client id of the tab, by which it is known across reconnects
     * @param beat renewed by the tab's heartbeats
     * @param until when the hold ends without another heartbeat, in epoch milliseconds
     */
    public record Claim(String claimant, Actor by, long beat, long until) {
        /** Whether it is this tab's: its id alone is known to everybody who follows the session. */
        boolean isOf(String tab, Actor user) {
            return claimant.equals(tab) && by.equals(user);
        }
    }

    static ToolCall called(Event.ToolCalled call) {
        return new ToolCall(
                call.callId(),
                call.turn(),
                call.name(),
                call.executor(),
                call.recovery(),
                call.target(),
                call.approval() ? Status.AWAITING_APPROVAL : Status.READY,
                call.deadline(),
                Decision.NONE,
                Actor.SYSTEM,
                0,
                Actor.SYSTEM,
                0,
                Optional.empty(),
                Optional.empty(),
                0);
    }

    public enum Status {
        AWAITING_APPROVAL,
        /** It may run; a front-end call waits for its result here. */
        READY,
        /** A server-side call that has begun and may have had an effect. */
        STARTED,
        /** It had begun when its runner was lost: a person has to say what became of it. */
        IN_DOUBT,
        SETTLED
    }

    public enum Decision {
        NONE,
        APPROVED,
        REJECTED,
        EXPIRED,
        CANCELLED
    }

    public enum Outcome {
        OK,
        ERROR,
        REJECTED,
        IN_DOUBT,
        CANCELLED
    }

    /** What to do with a call that had begun when its runner was lost. */
    public enum Recovery {
        /** The model is told that it is in doubt. */
        REPORT,
        /** A person is asked what became of it. */
        ASK,
        /** It is run again: the tool said that this does no harm. */
        RERUN
    }

    public boolean open() {
        return status != Status.SETTLED;
    }

    /** Whether its next step is a person's or a tab's, not its runner's. */
    public boolean waitsForPeople() {
        return switch (status) {
            case AWAITING_APPROVAL, IN_DOUBT -> true;
            case READY -> executor == Executor.CLIENT;
            case STARTED, SETTLED -> false;
        };
    }

    /** Whether a person has to decide before anything goes on. */
    public boolean waitsForDecision() {
        return status == Status.AWAITING_APPROVAL || status == Status.IN_DOUBT;
    }

    ToolCall to(Status next, long until) {
        return new ToolCall(
                id, turn, name, executor, recovery, target, next, until, decision, decidedBy, decidedAt, settledBy,
                settledAt, approval, claim, claims);
    }

    ToolCall asking(Approval changed) {
        return holding(Optional.of(changed), claim, claims);
    }

    ToolCall claimed(Claim by, int no) {
        return holding(approval, Optional.of(by), no);
    }

    ToolCall beaten(long until) {
        return claim.map(held -> new Claim(held.claimant(), held.by(), held.beat() + 1, Math.max(held.until(), until)))
                .map(renewed -> claimed(renewed, claims))
                .orElse(this);
    }

    /** The tab that executes it, as long as it said so in time. */
    Optional<Claim> holder(long at) {
        return claim.filter(held -> held.until() > at);
    }

    ToolCall released() {
        return holding(approval, Optional.empty(), claims);
    }

    private ToolCall holding(Optional<Approval> asked, Optional<Claim> held, int no) {
        return new ToolCall(
                id, turn, name, executor, recovery, target, status, deadline, decision, decidedBy, decidedAt, settledBy,
                settledAt, asked, held, no);
    }

    /** Approved, it waits for its result until {@code until}. */
    ToolCall approved(Actor by, long at, long until) {
        return ended(Status.READY, until, Decision.APPROVED, by, at, settledBy, settledAt);
    }

    ToolCall declined(Decision made, Actor by, long at) {
        return ended(Status.SETTLED, deadline, made, by, at, by, at);
    }

    ToolCall settled(Actor by, long at) {
        return ended(Status.SETTLED, deadline, decision, decidedBy, decidedAt, by, at);
    }

    private ToolCall ended(
            Status next, long until, Decision made, Actor decider, long decided, Actor settler, long settled) {
        return new ToolCall(
                id,
                turn,
                name,
                executor,
                recovery,
                target,
                next,
                until,
                made,
                decider,
                decided,
                settler,
                settled,
                Optional.empty(),
                Optional.empty(),
                claims);
    }
}
