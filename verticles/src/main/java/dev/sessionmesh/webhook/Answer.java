package dev.sessionmesh.webhook;

/** What became of a request. Codes are for people and scripts; nothing of what the receiver said is kept. */
sealed interface Answer {
    record Taken() implements Answer {}

    /** The receiver wants no more, ever. */
    record Gone() implements Answer {}

    /**
     * The receiver does not work, or can't be reached.
     *
     * @param retryAfterMillis what it asked for; 0 if nothing
     */
    record Failed(String code, long retryAfterMillis) implements Answer {}

    /** The receiver works, and refuses this. */
    record Refused(String code) implements Answer {}

    int GONE = 410;

    static Answer of(int status, long retryAfterMillis) {
        String code = "http_" + status;
        if (status / 100 == 2) {
            return new Taken();
        }
        if (status == GONE) {
            return new Gone();
        }
        return status >= 500 || status == 408 || status == 425 || status == 429
                ? new Failed(code, retryAfterMillis)
                : new Refused(code);
    }
}
