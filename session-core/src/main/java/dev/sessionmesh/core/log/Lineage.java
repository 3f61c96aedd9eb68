package dev.sessionmesh.core.log;

import java.util.List;
import java.util.stream.Stream;

/**
 * Which histories a log is made of, oldest first: each holds from its first seq until the next one begins.
 */
public record Lineage(List<Branch> branches) {
    /** Older branches are forgotten; readers that still stand there get a snapshot. */
    private static final int REMEMBERED = 8;

    /** @param start the first seq that belongs to it */
    public record Branch(long history, long start) {}

    public Lineage {
        branches = List.copyOf(branches);
        if (branches.isEmpty()) {
            throw new IllegalArgumentException("a log has a history");
        }
        for (int i = 1; i < branches.size(); i++) {
            if (branches.get(i).start() < branches.get(i - 1).start()) {
                throw new IllegalArgumentException("histories follow one another");
            }
        }
    }

    public static Lineage begin(long history) {
        return new Lineage(List.of(new Branch(history, 1)));
    }

    public long current() {
        return branches.getLast().history();
    }

    /**
     * From {@code start} on the log belongs to another history: something before may have been lost. Histories that had begun
     * behind it are gone altogether.
     */
    public Lineage fork(long history, long start) {
        List<Branch> before =
                branches.stream().filter(branch -> branch.start() <= start).toList();
        Stream<Branch> kept = before.stream().skip(Math.max(0, before.size() + 1 - REMEMBERED));
        return new Lineage(
                Stream.concat(kept, Stream.of(new Branch(history, start))).toList());
    }

    /** Whether what a reader at that position has seen is a prefix of this log. */
    public boolean contains(Position position) {
        for (int i = 0; i < branches.size(); i++) {
            if (branches.get(i).history() == position.history()) {
                boolean last = i == branches.size() - 1;
                return position.seq() >= branches.get(i).start() - 1
                        && (last || position.seq() < branches.get(i + 1).start());
            }
        }
        return false;
    }

    /** The last seq up to which a reader at that position agrees with this log; 0 if nothing is known. */
    public long common(Position position) {
        for (int i = 0; i < branches.size() - 1; i++) {
            if (branches.get(i).history() == position.history()) {
                return Math.min(position.seq(), branches.get(i + 1).start() - 1);
            }
        }
        return branches.getLast().history() == position.history() ? position.seq() : 0;
    }
}
