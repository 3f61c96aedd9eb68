package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Runner;
import java.util.List;

/**
 * One run of an agent over the session.
 *
 * @param inputId the command id of the input that asked for it
 * @param parent the turn that started this one as a sub-turn; empty for a turn that a person asked for
 * @param askedBy who asked for it
 * @param hold which runner has it, and what that wrote last
 * @param receivedAt when it was asked for, in epoch milliseconds
 * @param startedAt when its first runner took it; 0 while it waits
 * @param progressAt when it last moved, in epoch milliseconds
 * @param openMessage the assistant message that grows now; empty between messages
 * @param steers steering instructions that the runner has not answered for yet
 * @param trace where its trace goes on, whoever runs it; empty when nobody traces it
 */
public record Turn(
        String id,
        String inputId,
        String parent,
        Actor askedBy,
        TurnStatus status,
        Hold hold,
        long receivedAt,
        long startedAt,
        long progressAt,
        String openMessage,
        List<Steering> steers,
        Spent spent,
        String trace) {

    private static final int FRESH_STARTS = 5;

    /**
     * A runner's hold on a turn.
     *
     * @param runEpoch how often a runner took it; every append of a runner carries it, and a stale one is fenced
     * @param batchNo the last batch accepted from the runner of this epoch
     * @param lastBatchFrom first seq of that batch, for the answer to its repetition
     * @param lastBatchTo last seq of that batch
     * @param beat renewal counter of the lease: any change shows that the runner lives
     */
    public record Hold(int runEpoch, Runner runner, long batchNo, long lastBatchFrom, long lastBatchTo, long beat) {
        public static final Hold NONE = new Hold(0, Runner.NONE, 0, 0, 0, 0);

        Hold claimed(int epoch, Runner by) {
            return new Hold(epoch, by, 0, 0, 0, beat + 1);
        }

        Hold batch(long no, long from, long to) {
            return new Hold(runEpoch, runner, no, from, to, beat + 1);
        }

        Hold renewed() {
            return new Hold(runEpoch, runner, batchNo, lastBatchFrom, lastBatchTo, beat + 1);
        }
    }

    /**
     * A steering instruction that was not answered for.
     *
     * @param inputId the id of the input that it was, when an input was turned into it by its policy: if the turn ends before it was
     *     heard, it becomes an input again; empty for a plain instruction
     * @param text that input's text
     */
    public record Steering(String id, String inputId, String text, Actor actor) {}

    public Turn {
        steers = List.copyOf(steers);
    }

    static Turn received(String id, String inputId, Actor askedBy, String trace, long at) {
        return new Turn(
                id,
                inputId,
                "",
                askedBy,
                TurnStatus.RECEIVED,
                Hold.NONE,
                at,
                0,
                at,
                "",
                List.of(),
                Spent.NOTHING,
                trace);
    }

    public boolean active() {
        return !status.ended();
    }

    /** Whether it waits for its first runner. */
    public boolean queued() {
        return status == TurnStatus.RECEIVED;
    }

    public int runEpoch() {
        return hold.runEpoch();
    }

    public Runner runner() {
        return hold.runner();
    }

    public long batchNo() {
        return hold.batchNo();
    }

    public long lastBatchFrom() {
        return hold.lastBatchFrom();
    }

    public long lastBatchTo() {
        return hold.lastBatchTo();
    }

    public long beat() {
        return hold.beat();
    }

    boolean awaitsSteer(String steer) {
        return steers.stream().anyMatch(open -> open.id().equals(steer));
    }

    /** A new runner gets the whole time for its first word; only so often, as a turn that nobody can move on has to end. */
    Turn claimed(int epoch, Runner by, TurnStatus next, long at) {
        long progress = epoch <= FRESH_STARTS ? at : progressAt;
        long started = startedAt == 0 ? at : startedAt;
        return new Turn(
                id,
                inputId,
                parent,
                askedBy,
                next,
                hold.claimed(epoch, by),
                receivedAt,
                started,
                progress,
                openMessage,
                steers,
                spent,
                trace);
    }

    Turn to(TurnStatus next, long at) {
        return with(next, hold, at, openMessage, steers, spent);
    }

    Turn progressed(long at) {
        return to(status, at);
    }

    Turn writing(String message, long pieces, long at) {
        return with(status, hold, at, message, steers, spent.saying(pieces));
    }

    Turn calling(long at) {
        return with(status, hold, at, "", steers, spent.calling());
    }

    Turn stepped(Usage usage, long at) {
        return with(status, hold, at, "", steers, spent.step(usage));
    }

    Turn ended(TurnStatus end, Usage total, long at) {
        return with(end, hold, at, "", steers, startedAt == 0 ? spent : spent.ended(total));
    }

    Turn batch(long no, long from, long to) {
        return with(status, hold.batch(no, from, to), progressAt, openMessage, steers, spent);
    }

    Turn renewed() {
        return with(status, hold.renewed(), progressAt, openMessage, steers, spent);
    }

    Turn steering(List<Steering> open) {
        return with(status, hold, progressAt, openMessage, open, spent);
    }

    private Turn with(TurnStatus next, Hold held, long progress, String message, List<Steering> open, Spent used) {
        return new Turn(
                id, inputId, parent, askedBy, next, held, receivedAt, startedAt, progress, message, open, used, trace);
    }
}
