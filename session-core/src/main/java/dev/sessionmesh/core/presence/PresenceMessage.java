package dev.sessionmesh.core.presence;

import dev.sessionmesh.core.SessionKey;
import java.util.List;

/** What nodes tell each other about presence. Any of it may be lost, doubled, late: each message stands for itself. */
public sealed interface PresenceMessage {
    /** Incarnation of the sending node. */
    String sender();

    /** Somebody at the sender wants to know who is here. Repeated as long as that is so; any answer shows that the other lives. */
    record Watch(String sender, List<Watched> sessions) implements PresenceMessage {}

    /**
     * @param known the version of the receiver's roster that the sender has; {@link #NOTHING} if it has none
     * @param wanted false: nobody wants to know any more
     */
    record Watched(SessionKey key, long known, boolean wanted) {
        public static final long NOTHING = -1;
    }

    /** Who is at the sender. */
    record News(String sender, List<Report> reports) implements PresenceMessage {}

    /**
     * @param base the version that the change starts from; {@link #WHOLE} when it is a whole roster
     * @param version what it leads to; the sender never uses a number twice
     */
    record Report(SessionKey key, long base, long version, RosterChange change) {
        public static final long WHOLE = -1;

        boolean whole() {
            return base == WHOLE;
        }
    }
}
