package dev.sessionmesh.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Whether so many members have just left that partitions may have lost all copies without anybody having been told yet. What is lost is told by events, a moment
 * after others have taken over what is left; the list of members changes before both, and is asked here each time.
 */
final class Shaken {
    /** The events come within milliseconds; on a machine that has no time for anything, within this. */
    static final Duration LASTS = Duration.ofSeconds(3);
    /** Who left so shortly after one another may have held the copies of the same partition. */
    static final Duration TOGETHER = Duration.ofSeconds(30);

    private final int backups;
    private final Supplier<Set<String>> members;
    private final LongSupplier nanos;
    private final Deque<Long> left = new ArrayDeque<>();
    private Set<String> present;

    /**
     * @param members incarnations that are members now
     * @param nanos a clock that only goes forward
     */
    Shaken(int backups, Supplier<Set<String>> members, LongSupplier nanos) {
        this.backups = backups;
        this.members = members;
        this.nanos = nanos;
        this.present = members.get();
    }

    synchronized boolean isNow() {
        long now = nanos.getAsLong();
        Set<String> those = members.get();
        if (!those.equals(present)) {
            present.stream().filter(one -> !those.contains(one)).forEach(gone -> left.addLast(now));
            present = those;
        }
        while (!left.isEmpty() && now - left.getFirst() > TOGETHER.toNanos()) {
            left.removeFirst();
        }
        return left.size() > backups && now - left.getLast() < LASTS.toNanos();
    }
}
