package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.chaos.sim.Fault.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The faults that come in windows of time: asked at every message what becomes of it. */
final class Weather {
    private final Timeline timeline;
    private final Map<Kind, List<Window>> windows = new EnumMap<>(Kind.class);

    private record Window(Fault fault, Dice dice) {}

    Weather(Timeline timeline, List<Fault> faults) {
        this.timeline = timeline;
        faults.forEach(fault -> windows.computeIfAbsent(fault.kind(), kind -> new ArrayList<>())
                .add(new Window(fault, new Dice(fault.seed()))));
    }

    /** Whether a fault of this kind strikes now. */
    boolean strikes(Kind kind) {
        boolean struck = false;
        for (Window window : windows.getOrDefault(kind, List.of())) {
            if (window.fault().isActive(timeline.now())) {
                struck |= window.dice().chance(window.fault().strength());
            }
        }
        return struck;
    }

    /** Extra microseconds while a fault of this kind lasts. */
    long delay(Kind kind, long most) {
        long delay = 0;
        for (Window window : windows.getOrDefault(kind, List.of())) {
            if (window.fault().isActive(timeline.now())
                    && window.dice().chance(window.fault().strength())) {
                delay += window.dice().between(0, most);
            }
        }
        return delay;
    }
}
