package dev.sessionmesh.tool;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** What was made from a key, kept for those used last. For any thread; what is made twice at once is made for nothing, no more. */
public final class RecentlyUsed<K, V> {
    private final Map<K, V> kept;

    public RecentlyUsed(int most) {
        this.kept = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > most;
            }
        };
    }

    public V get(K key, Function<K, V> make) {
        synchronized (kept) {
            V before = kept.get(key);
            if (before != null) {
                return before;
            }
        }
        V made = make.apply(key);
        synchronized (kept) {
            kept.put(key, made);
        }
        return made;
    }
}
