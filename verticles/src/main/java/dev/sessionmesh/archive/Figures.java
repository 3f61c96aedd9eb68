package dev.sessionmesh.archive;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/** What a node's part of the archive did since it started, for whoever measures it. */
public final class Figures {
    public final LongAdder writes = new LongAdder();
    public final LongAdder events = new LongAdder();
    public final LongAdder bytes = new LongAdder();
    /** Sessions that were put away, and that came back. */
    public final LongAdder slept = new LongAdder();

    public final LongAdder woken = new LongAdder();
    /** Sessions that had slept longer than they are kept, or were too many. */
    public final LongAdder retired = new LongAdder();
    /** Sessions whose tokens were folded, and the bytes that this saved. */
    public final LongAdder compacted = new LongAdder();

    public final LongAdder compactedBytes = new LongAdder();
    /** Of those that came back: which a cluster had held that died, so that they began another history. */
    public final LongAdder recovered = new LongAdder();
    /** Milliseconds that those who came back took, together. */
    public final LongAdder wakingMillis = new LongAdder();
    /** What a lost side had archived, and was taken away. */
    public final LongAdder rewound = new LongAdder();
    /** Sessions that another cluster had taken. */
    public final LongAdder lost = new LongAdder();
    /** Times that the archive knew less than it had said. */
    public final LongAdder refilled = new LongAdder();

    private final Map<ArchiveException.Kind, LongAdder> failures = new EnumMap<>(ArchiveException.Kind.class);
    private final AtomicLong lagEvents = new AtomicLong();
    private final AtomicLong lagMillis = new AtomicLong();

    Figures() {
        for (ArchiveException.Kind kind : ArchiveException.Kind.values()) {
            failures.put(kind, new LongAdder());
        }
    }

    void failed(ArchiveException.Kind kind) {
        of(kind).increment();
    }

    public long failures(ArchiveException.Kind kind) {
        return of(kind).sum();
    }

    private LongAdder of(ArchiveException.Kind kind) {
        return failures.getOrDefault(kind, new LongAdder());
    }

    void lags(long events, long millis) {
        lagEvents.set(events);
        lagMillis.set(millis);
    }

    /** Events that are on every copy and not archived yet. */
    public long lagEvents() {
        return lagEvents.get();
    }

    /** For how long the oldest of them has been waiting. */
    public long lagMillis() {
        return lagMillis.get();
    }
}
