package dev.sessionmesh.archive;

import dev.sessionmesh.core.SessionKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A store outside of the cluster that keeps what sessions are made of. It knows bytes and positions, not what they mean. The contract:
 *
 * <ul>
 *   <li><b>One log.</b> A session's records follow each other without a hole: each begins behind the last one's end and names the chain of those
 *       before it. A record that is there already is not added twice.
 *   <li><b>One holder.</b> A session is held by one cluster at a time, under a number that grows with every {@link #claim} and {@link #rewind}. Who
 *       writes under another number than the last one is {@link Verdict.Fenced}.
 *   <li><b>The snapshot is of the mark.</b> Records and the snapshot as of their end are written in one step.
 *   <li><b>Away is not absent.</b> What is out of reach fails with an {@link ArchiveException}; an empty answer means that there is none.
 *   <li><b>Deleted stays deleted.</b> What is left of a deleted session is a mark that says so.
 * </ul>
 *
 * Stages complete on a thread of the archive's choosing.
 */
public interface Archive {
    /** How far a session is archived, and who holds it; empty when there never was such a session. */
    CompletionStage<Optional<Mark>> mark(SessionKey key);

    /**
     * Adds records behind the mark, and puts the snapshot in the place of the one before, all or nothing. The first write to a session that the
     * archive does not know creates it, under the number that the writer has.
     */
    CompletionStage<Verdict> write(Write write);

    /**
     * Takes away the records that end behind {@code seq}: what a side of a split archived that another one has not. The writer holds the session under
     * the next number from then on. The snapshot stays, of a seq that may be gone.
     *
     * @return {@link Verdict.Written} with the new mark, which ends at or before {@code seq}
     */
    CompletionStage<Verdict> rewind(Holder holder, SessionKey key, long seq);

    /**
     * Becomes the holder, under the next number, with all that there is of the session. A session that another cluster holds is not given away, unless by
     * force.
     *
     * @param cluster who wants it
     */
    CompletionStage<Claim> claim(SessionKey key, String cluster, boolean force);

    /** All that there is of the session, for somebody who only looks. */
    CompletionStage<Optional<Stored>> read(SessionKey key);

    /** Whether it is still this cluster that holds the session, under this number. Two clusters may have made a session at once, both under number 1. */
    CompletionStage<Boolean> isHeld(Holder holder, SessionKey key);

    /**
     * Nobody holds the session any more: it was put away in order, with all that it had.
     *
     * @param seq what it ends with; when the archive ends elsewhere, or another one holds the session or has written in a later term, nothing happens
     * @return whether it sleeps now
     */
    CompletionStage<Boolean> rest(Holder holder, SessionKey key, long seq);

    /**
     * Puts fewer, larger records in the place of a sleeping session's, with the same log in them.
     *
     * @return whether the session still was at this mark
     */
    CompletionStage<Boolean> pack(SessionKey key, Mark mark, List<LogRecord> records);

    /** Keeps a payload that an event refers to; before the event is written. */
    CompletionStage<Void> putBlob(SessionKey key, String hash, byte[] utf8);

    CompletionStage<Optional<byte[]>> blob(SessionKey key, String hash);

    /** Takes away all that there is of the session and leaves a tombstone, for ever, whether the archive knew the session or not. */
    CompletionStage<Void> delete(SessionKey key, long at, long head);

    /**
     * When somebody must look after a session that may be in no memory: a turn that nobody runs, or a deadline.
     *
     * @param at in epoch milliseconds; {@link Long#MAX_VALUE}: never
     */
    CompletionStage<Void> schedule(SessionKey key, long at);

    /**
     * Sessions to look after by then, the most urgent first.
     *
     * @param bucket 0 to {@link #BUCKETS} - 1; a session is always in the same one, {@link #bucketOf}
     */
    CompletionStage<List<SessionKey>> due(int bucket, long until, int limit);

    /** What sessions are found by. In the place of what was said of this one before, but for the people: they only become more. */
    CompletionStage<Void> index(Listed listed);

    CompletionStage<Page> find(Query query);

    /** What tenants have sessions in the archive, in ascending order. */
    CompletionStage<List<String>> tenants(String after, int limit);

    /** What is kept of webhooks. */
    WebhookArchive webhooks();

    /** Who the archive is and how it is, for operators. */
    CompletionStage<Health> health();

    /** Over how many lists the deadlines of sessions are spread. */
    int BUCKETS = 64;

    static int bucketOf(SessionKey key) {
        return Math.floorMod(key.toString().hashCode(), BUCKETS);
    }
}
