package dev.sessionmesh.chaos.sim;

import java.util.HashMap;
import java.util.Map;

/**
 * The connections between members: in order and without loss while both ends are members to each other. Of what a process had sent
 * when it was killed, an end may be missing.
 */
final class Wires {
    private static final long LOST_BEFORE_MILLIS = 3;

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
        long at = Math.max(lastArrival.getOrDefault(wire, 0L), timeline.now() + delay);
        lastArrival.put(wire, at);
        timeline.at(at, to.machine, () -> {
            boolean arrives = at <= cut.getOrDefault(wire, Long.MAX_VALUE);
            if (arrives && to.view.members().contains(from)) {
                arrival.run();
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
