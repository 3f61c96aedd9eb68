package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * A node dies that has just joined, while partitions move to it: some are its own by then, some are between two owners, for the others nothing has
 * happened yet.
 */
final class KillAmidCopies {

    private static final Duration JOINS_WITHIN = Duration.ofSeconds(60);
    /** Later from round to round, so that it hits different moments. */
    private static final Duration LATER = Duration.ofMillis(300);

    private static final String WHOLE = "kill amid copies to all copies in place";
    /** Two answers of every session, and what making copies takes on a busy machine; Hazelcast's own rest after a failed move would be beyond it. */
    private static final double WHOLE_MS = 3_000;

    private KillAmidCopies() {}

    static void play(Arena arena) {
        Histogram whole = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
        arena.underLoad();
        for (int round = 0; round < arena.settings.rounds(); round++) {
            List<Node> nodes = List.copyOf(arena.lab.nodes());
            Node joining = arena.beginJoin();
            Waiting.until(
                    joining.name() + " to be a member",
                    JOINS_WITHIN,
                    () -> arena.members(nodes.getFirst()) > nodes.size(),
                    joining::logTail);
            Arena.pass(LATER.multipliedBy(round));
            arena.note(Timings.OBSERVE, "");
            long killNs = System.nanoTime();
            arena.kill(List.of(joining));
            arena.goesOn(2);
            arena.note(Timings.GOES_ON, "");
            arena.lab.remove(joining);
            arena.awaitWhole();
            whole.recordValue(TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - killNs));
        }
        arena.measures.add(Measure.of(WHOLE, whole).p99AtMost(WHOLE_MS));
    }
}
