package dev.sessionmesh.core.session;

import java.util.List;

/**
 * All that one command changes in a session. The primary makes it from a decision; every copy applies the same change and never
 * decides anew, so that a copy which missed something shows it instead of drifting.
 *
 * @param at time of the events, in epoch milliseconds, not before the session's last event
 */
public record Change(long at, List<Event> events, Mark mark) {
    public Change {
        events = List.copyOf(events);
    }

    /** The bookkeeping beside the events. */
    public sealed interface Mark {
        record Nothing() implements Mark {}

        record Executed(CommandId id, long bodyHash) implements Mark {}

        record Batch(String turn, long batchNo) implements Mark {}

        record Renewed(String turn) implements Mark {}
    }

    public static Change of(State state, Envelope envelope, List<Event> events) {
        return new Change(Math.max(state.lastAt(), envelope.at()), events, mark(envelope));
    }

    /**
     * The first seq that is the command's own: a fork that precedes it is not.
     *
     * @param head the last seq before the change
     */
    public long from(long head) {
        return head + (!events.isEmpty() && events.getFirst() instanceof Event.Forked ? 2 : 1);
    }

    private static Mark mark(Envelope envelope) {
        return switch (envelope.command()) {
            case Command.Produce produce -> new Mark.Batch(produce.turn(), produce.batchNo());
            case Command.Renew renew -> new Mark.Renewed(renew.turn());
            case Command.Claim claim -> new Mark.Nothing();
            case Command.Doubt doubt -> new Mark.Nothing();
            case Command.Expire expire -> new Mark.Nothing();
            case Command.Input input -> new Mark.Executed(envelope.id(), envelope.bodyHash());
            case Command.Decide decide -> new Mark.Executed(envelope.id(), envelope.bodyHash());
            case Command.Cancel cancel -> new Mark.Executed(envelope.id(), envelope.bodyHash());
            case Command.Steer steer -> new Mark.Executed(envelope.id(), envelope.bodyHash());
            case Command.ToolResult result -> new Mark.Executed(envelope.id(), envelope.bodyHash());
        };
    }
}
