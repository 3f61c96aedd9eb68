package dev.sessionmesh.core;

/**
 * What may be spent before a turn is stopped, visibly, with {@code budget_exceeded}.
 *
 * @param turn for each turn
 * @param session for all turns together
 * @param inputPrice of a million input tokens, in millionths of whatever currency the costs are in
 * @param outputPrice the same of output tokens
 */
public record Budget(Bounds turn, Bounds session, long inputPrice, long outputPrice) {
    public static final Budget UNLIMITED = new Budget(Bounds.NONE, Bounds.NONE, 0, 0);

    /**
     * Each 0 when there is no bound.
     *
     * @param tokens input and output, as the provider counts them; while a step runs, a token a piece of text
     * @param cost in millionths of the currency
     * @param millis from a turn's first runner on, waiting for people included
     */
    public record Bounds(long tokens, long cost, long millis, long toolCalls) {
        public static final Bounds NONE = new Bounds(0, 0, 0, 0);

        public Bounds {
            if (tokens < 0 || cost < 0 || millis < 0 || toolCalls < 0) {
                throw new IllegalArgumentException("a budget is not negative");
            }
        }
    }

    public static final long MAX_PRICE = 1_000_000_000;
    private static final long MAX_COUNTED = 1_000_000_000;

    public Budget {
        if (inputPrice < 0 || inputPrice > MAX_PRICE || outputPrice < 0 || outputPrice > MAX_PRICE) {
            throw new IllegalArgumentException("a price is from 0 to " + MAX_PRICE);
        }
    }

    /** What so many tokens cost, in millionths of the currency, rounded up. */
    public long cost(long inputTokens, long outputTokens) {
        // Both factors are at most 10^9, so that nothing overflows whatever a provider says.
        long input = Math.min(inputTokens, MAX_COUNTED) * inputPrice;
        long output = Math.min(outputTokens, MAX_COUNTED) * outputPrice;
        return Math.ceilDiv(input + output, 1_000_000L);
    }
}
