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

        /** The tab that executes a front-end call still does. */
        record Beaten(String call) implements Mark {}
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
        Mark executed = new Mark.Executed(envelope.id(), envelope.bodyHash());
        return switch (envelope.command()) {
            case Command.Produce produce -> new Mark.Batch(produce.turn(), produce.batchNo());
            case Command.Renew renew -> new Mark.Renewed(renew.turn());
            case Command.BeatTool beat -> new Mark.Beaten(beat.callId());
            case Command.Claim claim -> new Mark.Nothing();
            case Command.Doubt doubt -> new Mark.Nothing();
            case Command.Expire expire -> new Mark.Nothing();
            case Command.Input input -> executed;
            case Command.Redo redo -> executed;
            case Command.SelectBranch select -> executed;
            case Command.Reorder reorder -> executed;
            case Command.Withdraw withdraw -> executed;
            case Command.Decide decide -> executed;
            case Command.Delegate delegate -> executed;
            case Command.RevokeGrant revoke -> executed;
            case Command.ClaimTool claim -> executed;
            case Command.ReleaseTool release -> executed;
            case Command.Settle settle -> executed;
            case Command.Cancel cancel -> executed;
            case Command.Steer steer -> executed;
            case Command.ToolResult result -> executed;
        };
    }
}
