package dev.sessionmesh.access.quota;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The parties that were heard of lately. Of more than may be kept the least recently used is forgotten, and with it what it owes: rather that than memory that
 * grows with the attackers. One that holds connections stays as long as that can be had cheaply.
 */
final class Parties<K> {
    /** How many that hold something are passed over before one of them goes. */
    private static final int PASSED_OVER = 16;

    private final int most;
    private final LinkedHashMap<K, Party> parties = new LinkedHashMap<>(16, 0.75f, true);

    Parties(int most) {
        this.most = most;
    }

    synchronized Party of(K key, Supplier<Party> made) {
        Party known = parties.get(key);
        if (known == null) {
            known = made.get();
            parties.put(key, known);
            makeRoom();
        }
        return known;
    }

    private void makeRoom() {
        for (int tries = 0; parties.size() > most; tries++) {
            Map.Entry<K, Party> eldest = parties.firstEntry();
            if (eldest.getValue().isHeld() && tries < PASSED_OVER) {
                parties.get(eldest.getKey()); // moves it behind the others
            } else {
                parties.remove(eldest.getKey());
            }
        }
    }

    synchronized <T> Map<K, T> each(Function<Party, T> view) {
        Map<K, T> views = new HashMap<>();
        parties.forEach((key, party) -> views.put(key, view.apply(party)));
        return views;
    }

    synchronized int size() {
        return parties.size();
    }
}
