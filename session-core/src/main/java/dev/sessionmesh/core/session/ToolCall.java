package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ToolSpec.Executor;

/**
 * A tool call and how far it got.
 *
 * @param deadline epoch milliseconds after which a pending approval or front-end call expires
 * @param decision the approval's outcome; {@link Decision#NONE} while pending or not needed
 * @param decidedBy who decided the approval; {@link Actor#SYSTEM} while nobody did
 * @param decidedAt when, in epoch milliseconds; 0 while nobody did
 * @param settledBy who gave the result or ended the call; {@link Actor#SYSTEM} while nobody did
 * @param settledAt when, in epoch milliseconds; 0 while nobody did
 */
public record ToolCall(
        String id,
        String turn,
        String name,
        Executor executor,
        Status status,
        long deadline,
        Decision decision,
        Actor decidedBy,
        long decidedAt,
        Actor settledBy,
        long settledAt) {

    static ToolCall called(Event.ToolCalled call) {
        return new ToolCall(
                call.callId(),
                call.turn(),
                call.name(),
                call.executor(),
                call.approval() ? Status.AWAITING_APPROVAL : Status.READY,
                call.deadline(),
                Decision.NONE,
                Actor.SYSTEM,
                0,
                Actor.SYSTEM,
                0);
    }

    public enum Status {
        AWAITING_APPROVAL,
        /** It may run; a front-end call waits for its result here. */
        READY,
        /** A server-side call that has begun and may have had an effect. */
        STARTED,
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

    public boolean open() {
        return status != Status.SETTLED;
    }

    /** Whether its next step is a person's or a tab's, not its runner's. */
    public boolean waitsForPeople() {
        return switch (status) {
            case AWAITING_APPROVAL -> true;
            case READY -> executor == Executor.CLIENT;
            case STARTED, SETTLED -> false;
        };
    }

    ToolCall to(Status next) {
        return new ToolCall(
                id, turn, name, executor, next, deadline, decision, decidedBy, decidedAt, settledBy, settledAt);
    }

    /** Approved, it waits for its result until {@code until}. */
    ToolCall approved(Actor by, long at, long until) {
        return new ToolCall(
                id, turn, name, executor, Status.READY, until, Decision.APPROVED, by, at, settledBy, settledAt);
    }

    ToolCall declined(Decision made, Actor by, long at) {
        return new ToolCall(id, turn, name, executor, Status.SETTLED, deadline, made, by, at, by, at);
    }

    ToolCall settled(Actor by, long at) {
        return new ToolCall(id, turn, name, executor, Status.SETTLED, deadline, decision, decidedBy, decidedAt, by, at);
    }
}
