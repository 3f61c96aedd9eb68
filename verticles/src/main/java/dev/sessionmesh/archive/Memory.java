package dev.sessionmesh.archive;

import dev.sessionmesh.codec.ArchiveCodec.Snapshot;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The sessions in the memory of the cluster, as far as their archive is concerned. Stages complete on a thread of the memory's choosing. */
public interface Memory {
    /** Whether this node answers for the session now. A side without the majority answers for none. */
    boolean owns(SessionKey key);

    /** Incarnation of the node that answers for it; empty when none does for the moment. */
    String ownerOf(SessionKey key);

    /** Those here that this node answers for. */
    Collection<SessionKey> owned();

    /** How often operators have forced the membership. */
    long term();

    /** The session as it is known to be on every copy; empty when there is none here, or nothing is known. */
    Optional<Held> held(SessionKey key);

    /** How far {@link #held} reaches, found without gathering what it consists of; empty where that is. */
    OptionalLong head(SessionKey key);

    /** As another side of a split had it, while nobody knows whether it is still true. */
    Optional<Held> unclaimed(SessionKey key);

    /**
     * Makes sure that what there is is on every copy.
     *
     * @param known a seq that whoever asks knows to be on every copy
     */
    CompletionStage<Outcome<Long>> confirm(SessionKey key, long known);

    /** Events behind {@code after}, oldest first. */
    CompletionStage<Outcome<List<EventBatch>>> read(SessionKey key, long after, int maxBytes);

    CompletionStage<Outcome<byte[]>> blob(SessionKey key, String hash);

    /** Puts a payload in its place, where it may be already. */
    CompletionStage<Void> putBlob(SessionKey key, String hash, byte[] utf8);

    /**
     * Puts a session here, unserved.
     *
     * @param hold number of the claim
     * @return whether it waits for {@link #rise} now; {@code false} when it is awake
     */
    CompletionStage<Outcome<Boolean>> put(SessionKey key, long hold, Snapshot snapshot, List<EventBatch> log);

    /** Has what was put under this number served, or what came {@link #unclaimed} if it is {@link #UNCLAIMED}. */
    CompletionStage<Outcome<Boolean>> rise(SessionKey key, long hold);

    /** Has it leave the memory if nobody follows it, no turn is active, and it is to the byte as it was archived. */
    CompletionStage<Outcome<Boolean>> letGo(SessionKey key, Held archived);

    /**
     * Has it served no more from now on, whoever follows it and whatever runs: it is on its way to another cluster. Nothing changes in it any more, so that
     * the archive gets all of it; then it can be {@link #letGo}.
     */
    CompletionStage<Outcome<Boolean>> holdStill(SessionKey key);

    /** What is held still here, and {@link #held} too. */
    Optional<Held> heldStill(SessionKey key);

    /** Has what was held still served again. */
    CompletionStage<Outcome<Boolean>> goOn(SessionKey key);

    /** Has it leave the memory as it is: it is another cluster's, or nobody's. */
    CompletionStage<Outcome<Boolean>> abandon(SessionKey key);

    /**
     * From now on sessions are archived.
     *
     * @param changed told, on a thread that must not be kept, the name of each session here that changed in any way or came unclaimed
     * @param behind asked, on such a thread, whether the archive is so far behind that no new turns are taken
     */
    void watch(Consumer<String> changed, BooleanSupplier behind);

    long UNCLAIMED = 0;

    /**
     * A session in memory.
     *
     * @param tail the latest part of the log; what is before it is {@link #read}
     * @param tailFrom first seq of the tail, or the next one to come
     * @param followed whether somebody follows it
     * @param bytes what it takes of the memory, roughly
     */
    record Held(Snapshot snapshot, List<Stretch> tail, long tailFrom, boolean followed, long bytes) {
        public long head() {
            return snapshot.state().head();
        }
    }

    /** A batch of the log in its binary form. */
    record Stretch(long from, long to, byte[] bytes) {}
}
