package dev.sessionmesh.presence;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.presence.PresenceUpdate;

/** A tab's place among those who are here. Callable from any loop. */
public final class Attendance {
    private final Presence presence;
    private final SessionKey key;
    private final String tab;

    Attendance(Presence presence, SessionKey key, String tab) {
        this.presence = presence;
        this.key = key;
        this.tab = tab;
    }

    public void update(PresenceUpdate update) {
        presence.update(key, tab, update);
    }

    public void leave() {
        presence.leave(key, tab);
    }
}
