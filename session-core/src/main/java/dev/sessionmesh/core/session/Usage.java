package dev.sessionmesh.core.session;

/**
 * Tokens a turn or a step cost, as its provider counted them; {@link #UNKNOWN} when it did not. Providers have said strange things:
 * a count is brought into its range here, so that no sum of counts overflows.
 */
public record Usage(long inputTokens, long outputTokens) {
    /** More than anything costs. */
    public static final long MOST = 1_000_000_000_000L;

    public static final Usage UNKNOWN = new Usage(-1, -1);

    public Usage {
        if (inputTokens != -1 || outputTokens != -1) {
            inputTokens = Math.clamp(inputTokens, 0, MOST);
            outputTokens = Math.clamp(outputTokens, 0, MOST);
        }
    }

    public Usage plus(Usage other) {
        if (equals(UNKNOWN)) {
            return other;
        }
        return other.equals(UNKNOWN)
                ? this
                : new Usage(inputTokens + other.inputTokens, outputTokens + other.outputTokens);
    }
}
