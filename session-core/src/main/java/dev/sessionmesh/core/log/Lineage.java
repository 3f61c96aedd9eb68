package dev.sessionmesh.core.log;

import dev.sessionmesh.core.session.Event;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which histories a log is made of, oldest first: each holds from its first seq until the next one begins.
 *
 * @param floor the last seq whose events may have been folded: readers go on from there, from behind it, or from the start; 0 when none were
 */
public record Lineage(List<Branch> branches, long floor) {
    /**
     * Older branches are forgotten; readers that still stand there get a snapshot. Each loss of a writer begins one, a restart of a node
     * included, so that this is how many of those a tab may sleep through.
     */
    private static final int REMEMBERED = 64;

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

    /** Of a log in which nothing was folded. */
    public Lineage(List<Branch> branches) {
        this(branches, 0);
    }

    public static Lineage begin(long history) {
        return new Lineage(List.of(new Branch(history, 1)));
    }

    /** Whether the events behind {@code seq} can still be read one by one. */
    public boolean reaches(long seq) {
        return seq == 0 || seq >= floor;
    }

    /** Events up to {@code seq} were folded. */
    public Lineage foldedTo(long seq) {
        return seq <= floor ? this : new Lineage(branches, seq);
    }

    public long current() {
        return branches.getLast().history();
    }

    /** The history that an event belongs to, or the next one to come; the oldest remembered one for those before it. */
    public long at(long seq) {
        long history = branches.getFirst().history();
        for (Branch branch : branches) {
            if (branch.start() <= seq) {
                history = branch.history();
            }
        }
        return history;
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
                Stream.concat(kept, Stream.of(new Branch(history, start))).toList(), floor);
    }

    /** The last seq up to which this and another log are one, as far as the histories tell; 0 when they began apart. */
    public long common(Lineage other) {
        for (int mine = branches.size() - 1; mine >= 0; mine--) {
            int theirs = other.branches.indexOf(branches.get(mine));
            if (theirs >= 0) {
                return Math.min(end(mine), other.end(theirs));
            }
        }
        return 0;
    }

    private long end(int branch) {
        return branch == branches.size() - 1
                ? Long.MAX_VALUE
                : branches.get(branch + 1).start() - 1;
    }

    /** The lineage once a batch that continues the log is part of it. */
    public Lineage through(EventBatch batch) {
        Lineage lineage = this;
        long seq = batch.from();
        for (Event event : batch.events()) {
            if (event instanceof Event.Forked(long history)) {
                lineage = lineage.fork(history, seq);
            }
            seq += event.span();
        }
        return lineage.foldedTo(batch.foldedTo());
    }

    /** Whether a batch forks a log that is not this one: where it begins another history, this one goes on with its own. */
    public boolean isLeftBy(EventBatch batch) {
        long seq = batch.from();
        for (Event event : batch.events()) {
            if (event instanceof Event.Forked(long history) && !branches.contains(new Branch(history, seq))) {
                return true;
            }
            seq += event.span();
        }
        return false;
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
