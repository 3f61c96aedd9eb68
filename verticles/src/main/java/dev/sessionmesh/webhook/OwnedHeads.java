package dev.sessionmesh.webhook;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.Lineage;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/** Which sessions this node is to look after, and how far their logs are. What it tells may be a moment old, and ahead of what is durable. */
public interface OwnedHeads {
    /**
     * @param seq of the last event
     * @param at when it was accepted, in epoch milliseconds; never goes back
     */
    record Head(long seq, long at, Lineage lineage) {}

    boolean isOwned(SessionKey key);

    Optional<Head> head(SessionKey key);

    /** All owned sessions. */
    Collection<SessionKey> all();

    /** The sessions that became this node's since it was last asked; costs next to nothing when there are none. */
    Collection<SessionKey> adopted();

    /** A session was looked at while it was not this node's: should it become so, it counts as adopted. */
    void missed(SessionKey key);

    /** Told the name ({@code tenant/id}) of every session that got longer or was deleted, on a partition's thread: be quick. */
    void onChange(Consumer<String> changed);
}
