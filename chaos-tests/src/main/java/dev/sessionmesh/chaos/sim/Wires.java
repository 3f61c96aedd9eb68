package dev.sessionmesh.chaos.sim;

import java.util.HashMap;
import java.util.Map;

/**
 * The connections between members: in order and without loss while both ends are members to each other. Of what a process had sent
 * when it was killed, an end may be missing.
 */
final class Wires {
    private static final long LOST_BEFORE_MILLIS = 3;
    private static final long TRY_AGAIN = 10 * Timeline.MILLI;
    private static final int TRIES = 4;

    private final Timeline timeline;
    private final Weather weather;
    private final Dice dice;
    private final Map<Long, Long> lastArrival = new HashMap<>();
    private final Map<Long, Long> cut = new HashMap<>();

    Wires(Timeline timeline, Weather weather, Dice dice) {
        this.timeline = timeline;
        this.weather = weather;
        this.dice = dice;
    }

    void send(Member from, Member to, Runnable arrival) {
        if (!from.view.members().contains(to)) {
            return;
        }
        long wire = wire(from, to);
        long delay = dice.between(60, 400) + weather.delay(Fault.Kind.GRID_SLOW, 150 * Timeline.MILLI);
        // What is said over a link that is cut waits at its end, as it does with TCP.
        long at = Math.max(lastArrival.getOrDefault(wire, 0L), from.machine.reaches(to.machine) + delay);
        lastArrival.put(wire, at);
        arrive(at, from, to, arrival, TRIES);
    }

    /** What comes from a member that the receiver has not heard of yet is sent once more, as is what it would answer. */
    private void arrive(long at, Member from, Member to, Runnable arrival, int tries) {
        timeline.at(at, to.machine, () -> {
            if (at > cut.getOrDefault(wire(from, to), Long.MAX_VALUE)) {
                return;
            }
            if (to.view.members().contains(from)) {
                arrival.run();
            } else if (to.view.version() < from.view.version() && tries > 0) {
                arrive(at + TRY_AGAIN, from, to, arrival, tries - 1);
            }
        });
    }

    void killed(Member member, Iterable<Member> others) {
        for (Member other : others) {
            cut.put(wire(member, other), timeline.now() + dice.between(0, LOST_BEFORE_MILLIS * Timeline.MILLI));
        }
    }

    private static long wire(Member from, Member to) {
        return ((long) from.machine.number() << 32) | to.machine.number();
    }
}
