package dev.sessionmesh.webhook;

import dev.sessionmesh.core.log.Lineage;
import dev.sessionmesh.core.log.Position;

/**
 * Where a webhook stands in a session. Before a request leaves, what it will hold is written here ({@code planned}): whoever sends it
 * again, on this node or on the next owner's, cuts it at the same place, so that its id means the same events for ever.
 *
 * @param incarnation of the webhook: one that is made anew under an old id begins anew
 * @param replay how often somebody asked for a replay; part of the ids of requests
 * @param history of the log that {@code delivered} belongs to
 * @param delivered the receiver has taken everything up to here: {@link #NOTHING}, 0 when it knows that the session was created, a seq, or {@link #END}
 * @param planned last seq of the request under way; {@code delivered} when there is none
 */
public record Cursor(long incarnation, long replay, long history, long delivered, long planned) {
    /** Stands before the creation of the session. */
    static final long NOTHING = -1;

    /** Stands behind its deletion. */
    static final long END = Long.MAX_VALUE;

    private static final int LONGS = 5;
    private static final String FORM = "1";

    public Cursor {
        if (delivered < NOTHING || planned < delivered) {
            throw new IllegalArgumentException("a plan lies behind what was delivered");
        }
    }

    static Cursor start(Endpoint endpoint) {
        return new Cursor(endpoint.incarnation(), 0, 0, NOTHING, NOTHING);
    }

    boolean isPlanned() {
        return planned > delivered;
    }

    Cursor plan(long history, long through) {
        return new Cursor(incarnation, replay, history, delivered, through);
    }

    /** What is left to be told is that the session was deleted. */
    Cursor ending() {
        return plan(history, END);
    }

    boolean isEnding() {
        return planned == END;
    }

    boolean isEnded() {
        return delivered == END;
    }

    Cursor taken() {
        return new Cursor(incarnation, replay, history, planned, planned);
    }

    /** Nothing up to {@code seq} is for the receiver. */
    Cursor skipped(long history, long seq) {
        return new Cursor(incarnation, replay, history, seq, seq);
    }

    /** Events behind {@code after} are to come again, in requests of their own; what is under way, or follows what was delivered, is not passed over. */
    Cursor replayed(long after) {
        boolean begun = isPlanned() || delivered > NOTHING;
        long from = begun ? Math.min(after, delivered) : after;
        return new Cursor(incarnation, replay + 1, history, from, from);
    }

    /** The same where the log goes on from it; else set back to the last seq that both have in common, as behind it there are other events. */
    Cursor within(Lineage lineage) {
        if (delivered <= 0 || history == lineage.current()) {
            return this;
        }
        long common = Math.min(delivered, lineage.common(new Position(history, delivered)));
        return common == delivered ? this : skipped(lineage.at(common), common);
    }

    public long[] toLongs() {
        return new long[] {incarnation, replay, history, delivered, planned};
    }

    /** As the archive keeps it. */
    String text() {
        return String.join(
                ":",
                FORM,
                Long.toString(incarnation),
                Long.toString(replay),
                Long.toString(history),
                Long.toString(delivered),
                Long.toString(planned));
    }

    /** @throws IllegalArgumentException when it is none, or of a later form */
    static Cursor parse(String text) {
        String[] words = text.split(":", -1);
        if (words.length != LONGS + 1 || !words[0].equals(FORM)) {
            throw new IllegalArgumentException("not a cursor");
        }
        long[] longs = new long[LONGS];
        for (int i = 0; i < LONGS; i++) {
            longs[i] = Long.parseLong(words[i + 1]);
        }
        return of(longs);
    }

    public static Cursor of(long[] longs) {
        if (longs.length != LONGS) {
            throw new IllegalArgumentException("not a cursor");
        }
        return new Cursor(longs[0], longs[1], longs[2], longs[3], longs[4]);
    }
}
