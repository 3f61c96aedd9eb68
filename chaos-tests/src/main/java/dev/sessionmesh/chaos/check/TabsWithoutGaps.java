package dev.sessionmesh.chaos.check;

import java.util.List;

/** Every tab saw a contiguous run of its session's log, from where it asked to the end, without a protocol violation. */
final class TabsWithoutGaps implements Checker {

    @Override
    public String promise() {
        return "every tab sees every event once, in order, to the end";
    }

    @Override
    public List<String> problems(Evidence evidence) {
        return Deliveries.flaws(evidence).stream().map(Deliveries.Flaw::what).toList();
    }
}
