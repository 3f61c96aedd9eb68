package dev.sessionmesh.webhook;

import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.Lineage;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Which sessions this node is to look after, and how far their logs are. What it tells may be a moment old, and ahead of what is durable. */
public interface OwnedHeads {
    /**
     * @param createdAt in epoch milliseconds
     * @param seq of the last event; 0 while there is none
     * @param at when it was accepted, or the session created, in epoch milliseconds; never goes back
     * @param trace where in a trace the turn is that runs or ended last; empty when nobody traces it
     */
    record Head(long createdAt, Profile profile, long seq, long at, Lineage lineage, String trace) {}

    /**
     * What is left of a session whose deletion somebody wants to be told of.
     *
     * @param seq of the last event that it had
     * @param at when it was deleted, in epoch milliseconds
     */
    record Tombstone(long seq, long at) {}

    boolean isOwned(SessionKey key);

    Optional<Head> head(SessionKey key);

    /** Whether it is known here that the session was deleted; one that is not here may only sleep in the archive. */
    boolean isDeleted(SessionKey key);

    /** Of a session that was {@link #onDelete mourned}, until all are {@link #told}. */
    Optional<Tombstone> tombstone(SessionKey key);

    /** Everybody who wanted to know that the session was deleted does: its tombstone says so from now on, wherever it moves. */
    CompletionStage<Void> told(SessionKey key);

    /** All owned sessions, and those with a {@link #tombstone}. */
    Collection<SessionKey> all();

    /** The sessions that became this node's since it was last asked; costs next to nothing when there are none. */
    Collection<SessionKey> adopted();

    /** A session was looked at while it was not this node's: should it become so, it counts as adopted. */
    void missed(SessionKey key);

    /** Asked when a session is deleted, on a partition's thread, whether somebody is to be told: be quick. */
    void onDelete(Predicate<SessionKey> wanted);

    /** Told the name ({@code tenant/id}) of every session that began, got longer or was deleted, on a partition's thread: be quick. */
    void onChange(Consumer<String> changed);
}
