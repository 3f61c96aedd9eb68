package dev.sessionmesh.core.session;

import dev.sessionmesh.core.Runner;
import java.util.List;

/**
 * One run of an agent over the session.
 *
 * @param inputId the command id of the input that asked for it
 * @param parent the turn that started this one as a sub-turn; empty for a turn that a person asked for
 * @param runEpoch how often a runner took it; every append of a runner carries it, and a stale one is fenced
 * @param batchNo the last batch accepted from the runner of this epoch
 * @param lastBatchFrom first seq of that batch, for the answer to its repetition
 * @param lastBatchTo last seq of that batch
 * @param beat renewal counter of the lease: any change shows that the runner lives
 * @param progressAt when it last moved, in epoch milliseconds
 * @param openMessage the assistant message that grows now; empty between messages
 * @param steers steering instructions that the runner has not answered for yet
 */
public record Turn(
        String id,
        String inputId,
        String parent,
        TurnStatus status,
        int runEpoch,
        Runner runner,
        long batchNo,
        long lastBatchFrom,
        long lastBatchTo,
        long beat,
        long progressAt,
        String openMessage,
        List<String> steers) {

    private static final int FRESH_STARTS = 5;

    static Turn received(String id, String inputId, long at) {
        return new Turn(id, inputId, "", TurnStatus.RECEIVED, 0, Runner.NONE, 0, 0, 0, 0, at, "", List.of());
    }

    public boolean active() {
        return !status.ended();
    }

    /** A new runner gets the whole time for its first word; only so often, as a turn that nobody can move on has to end. */
    Turn claimed(int epoch, Runner by, TurnStatus next, long at) {
        long progress = epoch <= FRESH_STARTS ? at : progressAt;
        return new Turn(id, inputId, parent, next, epoch, by, 0, 0, 0, beat + 1, progress, openMessage, steers);
    }

    Turn to(TurnStatus next, long at) {
        return new Turn(
                id,
                inputId,
                parent,
                next,
                runEpoch,
                runner,
                batchNo,
                lastBatchFrom,
                lastBatchTo,
                beat,
                at,
                openMessage,
                steers);
    }

    Turn progressed(long at) {
        return to(status, at);
    }

    Turn writing(String message, long at) {
        return new Turn(
                id,
                inputId,
                parent,
                status,
                runEpoch,
                runner,
                batchNo,
                lastBatchFrom,
                lastBatchTo,
                beat,
                at,
                message,
                steers);
    }

    Turn batch(long no, long from, long to) {
        return new Turn(
                id, inputId, parent, status, runEpoch, runner, no, from, to, beat + 1, progressAt, openMessage, steers);
    }

    Turn renewed() {
        return new Turn(
                id,
                inputId,
                parent,
                status,
                runEpoch,
                runner,
                batchNo,
                lastBatchFrom,
                lastBatchTo,
                beat + 1,
                progressAt,
                openMessage,
                steers);
    }

    Turn steering(List<String> open) {
        return new Turn(
                id,
                inputId,
                parent,
                status,
                runEpoch,
                runner,
                batchNo,
                lastBatchFrom,
                lastBatchTo,
                beat,
                progressAt,
                openMessage,
                open);
    }
}
