package dev.sessionmesh.core.session;

/**
 * What a turn, or a session, has used up.
 *
 * @param steps runs of the model that have ended
 * @param inputTokens as providers counted them in the steps that ended
 * @param outputTokens the same
 * @param pieces pieces of text since the last step ended: what is known of its tokens until its provider counts them
 * @param toolCalls calls made
 */
public record Spent(int steps, long inputTokens, long outputTokens, long pieces, long toolCalls) {
    public static final Spent NOTHING = new Spent(0, 0, 0, 0, 0);

    public long tokens() {
        return inputTokens + outputTokens + pieces;
    }

    Spent saying(long more) {
        return new Spent(steps, inputTokens, outputTokens, pieces + more, toolCalls);
    }

    Spent calling() {
        return new Spent(steps, inputTokens, outputTokens, pieces, toolCalls + 1);
    }

    /** A step ended; where its provider counted nothing, its pieces stand for its output. */
    Spent step(Usage usage) {
        boolean unknown = usage.equals(Usage.UNKNOWN);
        return new Spent(
                steps + 1,
                sum(inputTokens, unknown ? 0 : usage.inputTokens()),
                sum(outputTokens, unknown ? pieces : usage.outputTokens()),
                0,
                toolCalls);
    }

    /** The turn ended, and this is what it cost. */
    Spent ended(Usage total) {
        return total.equals(Usage.UNKNOWN)
                ? step(total)
                : new Spent(steps + 1, total.inputTokens(), total.outputTokens(), 0, toolCalls);
    }

    /** What a turn cost whose last step cost this; unknown only when nothing is known of any of its steps. */
    Usage total(Usage last) {
        if (last.equals(Usage.UNKNOWN) && inputTokens + outputTokens == 0) {
            return last;
        }
        Spent all = step(last);
        return new Usage(all.inputTokens, all.outputTokens);
    }

    Spent plus(Spent other) {
        return new Spent(
                steps + other.steps,
                sum(inputTokens, other.inputTokens),
                sum(outputTokens, other.outputTokens),
                pieces + other.pieces,
                toolCalls + other.toolCalls);
    }

    private static long sum(long one, long other) {
        return Math.min(Usage.MOST, one + other);
    }
}
