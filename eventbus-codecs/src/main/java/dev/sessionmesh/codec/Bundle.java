package dev.sessionmesh.codec;

import dev.sessionmesh.core.SessionKey;
import java.util.List;

/** What one node tells another, several sessions at a time. */
public sealed interface Bundle {
    /**
     * Batches that were appended.
     *
     * @param sender incarnation of the sending node
     * @param exchange which of the sender's exchanges it comes from
     * @param sentBytes how much that exchange has sent to the receiver so far, this included
     */
    record Events(String sender, int exchange, long sentBytes, List<Item> items) implements Bundle {}

    /** @param batch in the form of {@link BatchCodec} */
    record Item(SessionKey key, byte[] batch) {}

    /** So much of what an exchange sent has arrived. */
    record Received(String sender, int exchange, long bytes) implements Bundle {}

    /** How far the sender has followed sessions that the receiver owns. */
    record Heads(String sender, int exchange, List<Head> heads) implements Bundle {}

    /** @param generation of the sender's interest */
    record Head(SessionKey key, long seq, long generation) {}

    /** The sessions among {@link Heads} that need something. */
    record Behind(int exchange, List<Lag> lags) implements Bundle {}

    /**
     * A frame for the tabs of a session that is not in its log; nobody misses it if it is lost.
     *
     * @param frame JSON, UTF-8
     */
    record Signal(SessionKey key, byte[] frame) implements Bundle {}

    /** @param unknown whether the owner doesn't know of the interest */
    record Lag(SessionKey key, boolean unknown) {}
}
