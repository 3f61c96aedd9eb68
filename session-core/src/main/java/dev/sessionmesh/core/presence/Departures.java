package dev.sessionmesh.core.presence;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The devices of a session that left last, as many as are kept. */
final class Departures {
    private final int most;
    private final Map<Departed.Device, Departed> known = new HashMap<>();

    Departures(int most) {
        this.most = most;
    }

    void add(Departed departed) {
        addAll(List.of(departed));
    }

    /** All at once: what is left must not depend on the order in which they are looked at. */
    void addAll(Collection<Departed> departed) {
        departed.forEach(one -> known.merge(one.key(), one, Departed::merge));
        if (known.size() > most) {
            all().stream().skip(most).forEach(oldest -> known.remove(oldest.key()));
        }
    }

    boolean isEmpty() {
        return known.isEmpty();
    }

    /** The latest first. */
    List<Departed> all() {
        return known.values().stream().sorted(Departed.LATEST).toList();
    }
}
