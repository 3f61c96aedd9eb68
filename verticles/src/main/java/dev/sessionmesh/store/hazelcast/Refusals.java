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

    /** Those that happened, by the code's name on the wire. */
    public Map<String, Long> counted() {
        Map<String, Long> counted = new TreeMap<>();
        counts.forEach((code, count) -> counted.put(code.wire(), count.sum()));
        return counted;
    }
}
