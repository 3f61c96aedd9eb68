package dev.sessionmesh.core.presence;

import dev.sessionmesh.core.Actor;
import java.util.Comparator;

/**
 * A tab that follows a session.
 *
 * @param tab unique in the mesh; a connection has one tab per session
 * @param user the name that others are shown
 * @param device its class, such as {@code phone}; empty when it did not say
 * @param joinedAt by the clock of its node, in epoch milliseconds
 * @param lastSeenAt when somebody last did something in it, to within half a minute
 * @param focus what it looks at, in its own words
 * @param status what it says about itself, in its own words
 * @param read the last seq that was read; 0: none. It never goes back
 */
public record Attendee(
        String tab,
        String user,
        Actor.Kind kind,
        String device,
        long joinedAt,
        long lastSeenAt,
        boolean typing,
        String focus,
        String status,
        long read) {

    /** Those who came first; all nodes order them alike. */
    static final Comparator<Attendee> ORDER =
            Comparator.comparingLong(Attendee::joinedAt).thenComparing(Attendee::tab);

    public static Attendee joined(String tab, Actor actor, String device, long at) {
        return new Attendee(tab, actor.name(), actor.kind(), device, at, at, false, "", "", 0);
    }

    Attendee with(PresenceUpdate update, long at) {
        return new Attendee(
                tab,
                user,
                kind,
                device,
                joinedAt,
                Math.max(lastSeenAt, at),
                update.typing().orElse(typing),
                update.focus().orElse(focus),
                update.status().orElse(status),
                Math.max(read, update.read()));
    }

    Attendee silent() {
        return new Attendee(tab, user, kind, device, joinedAt, lastSeenAt, false, focus, status, read);
    }

    /** What remains of it when it has left. */
    Departed departed(long at) {
        return new Departed(tab, user, device, Math.max(lastSeenAt, at), read);
    }
}
