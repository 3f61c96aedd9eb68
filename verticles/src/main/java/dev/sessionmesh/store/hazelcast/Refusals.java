package dev.sessionmesh.store.hazelcast;

import dev.sessionmesh.core.ErrorCode;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often this member, as the primary of sessions, has turned something away since it started, by code. */
public final class Refusals {
    private final Map<ErrorCode, LongAdder> counts = new ConcurrentHashMap<>();

    void count(ErrorCode code) {
        counts.computeIfAbsent(code, c -> new LongAdder()).increment();
    }

    /** How often it was this one. */
    public long of(ErrorCode code) {
        LongAdder count = counts.get(code);
        return count == null ? 0 : count.sum();
    }

    /** Those that happened, by the code's name on the wire. */
    public Map<String, Long> counted() {
        Map<String, Long> counted = new TreeMap<>();
        counts.forEach((code, count) -> counted.put(code.wire(), count.sum()));
        return counted;
    }
}
