package dev.sessionmesh.core.session;

/** Tokens a turn cost, as its provider counted them; {@link #UNKNOWN} when it did not. */
public record Usage(long inputTokens, long outputTokens) {
    public static final Usage UNKNOWN = new Usage(-1, -1);

    public Usage plus(Usage other) {
        if (equals(UNKNOWN)) {
            return other;
        }
        return other.equals(UNKNOWN)
                ? this
                : new Usage(inputTokens + other.inputTokens, outputTokens + other.outputTokens);
    }
}
