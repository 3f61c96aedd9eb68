package dev.sessionmesh.routing;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.State;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/** The sessions whose primary copy this node holds. What it tells may be a moment old. */
public interface OwnedSessions {
    /** Sessions held here that have an active turn or need upkeep; some may be owned elsewhere by now. */
    Collection<SessionKey> active();

    /** The session's state if this node owns it. */
    Optional<State> owned(SessionKey key);

    /** Whether a node incarnation has left the cluster. */
    boolean isGone(String incarnation);

    /** Told of every session that may need a look, on a thread that must not be kept. */
    void onChange(Consumer<SessionKey> changed);

    /** Sessions held here in which something waits for a person's approval; some may be owned elsewhere by now. */
    Collection<SessionKey> waiting();

    /** Told of every session in which approvals were asked for, changed or decided, on a thread that must not be kept. */
    void onApprovals(Consumer<SessionKey> changed);

    /** Keeps the log's tail short. Cheap when there is nothing to do. */
    void upkeep(SessionKey key);
}
