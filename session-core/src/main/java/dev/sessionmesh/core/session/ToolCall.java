package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ToolSpec.Executor;

/**
 * A tool call and how far it got.
 *
 * @param deadline epoch milliseconds after which a pending approval or front-end call expires
 * @param decidedBy who settled it; {@link Actor#SYSTEM} while nobody did
 * @param decidedAt when, in epoch milliseconds; 0 while nobody did
 * @param decision the approval's outcome; {@link Decision#NONE} while pending or not needed
 */
public record ToolCall(
        String id,
        String turn,
        String name,
        Executor executor,
        Status status,
        long deadline,
        Actor decidedBy,
        long decidedAt,
        Decision decision) {

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

    ToolCall to(Status next) {
        return new ToolCall(id, turn, name, executor, next, deadline, decidedBy, decidedAt, decision);
    }

    ToolCall decided(Decision made, Actor by, long at) {
        Status next = made == Decision.APPROVED ? Status.READY : Status.SETTLED;
        return new ToolCall(id, turn, name, executor, next, deadline, by, at, made);
    }

    ToolCall settled(Actor by, long at) {
        return new ToolCall(id, turn, name, executor, Status.SETTLED, deadline, by, at, decision);
    }
}
