package dev.sessionmesh.core.presence;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** What a client makes of the frames that it gets; it complains of those that break the contract. */
final class Screen {
    private final Map<String, Attendee> here = new TreeMap<>();
    private final PresenceLimits limits;
    private boolean begun;
    private int more;
    private int frames;
    private long shownAt = Long.MIN_VALUE / 2;

    Screen(PresenceLimits limits) {
        this.limits = limits;
    }

    void show(PresenceChange change, long now) {
        check(change.full() || begun, "a change came before what it changes");
        check(now - shownAt >= limits.interval().toMillis(), "frames came " + (now - shownAt) + " ms apart");
        Map<String, Attendee> before = Map.copyOf(here);
        if (change.full()) {
            here.clear();
        } else {
            change.left().forEach(departed -> here.remove(departed.tab()));
            change.unlisted().forEach(here::remove);
        }
        for (Attendee attendee : change.here()) {
            Attendee known = before.get(attendee.tab());
            check(known == null || attendee.read() >= known.read(), attendee + " had read more: " + known);
            here.put(attendee.tab(), attendee);
        }
        begun = true;
        frames++;
        shownAt = now;
        more = change.more();
        check(here.size() <= limits.listed(), here.size() + " are listed");
        check(more == 0 || here.size() == limits.listed(), more + " more, though there is room");
    }

    Collection<Attendee> here() {
        return here.values();
    }

    boolean shows(String tab) {
        return here.containsKey(tab);
    }

    int more() {
        return more;
    }

    int frames() {
        return frames;
    }

    private static void check(boolean right, String otherwise) {
        if (!right) {
            throw new Violation(otherwise);
        }
    }

    /** A promise was broken. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1;

        Violation(String what) {
            super(what);
        }
    }
}
