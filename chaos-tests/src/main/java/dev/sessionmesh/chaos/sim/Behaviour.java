package dev.sessionmesh.chaos.sim;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the mesh does in each scenario, in figures over fixed seeds: a change of behaviour shows as a change of this text. */
public final class Behaviour {
    private static final int SEEDS = 8;
    private static final long FIRST = 10_000;

    private Behaviour() {}

    public static String report() {
        StringBuilder text = new StringBuilder();
        text.append("Behaviour of the mesh in simulated milliseconds, ")
                .append(SEEDS)
                .append(" seeds a scenario.\n")
                .append("Committed so that a change is seen; ./mesh sim --report > this file, when it was meant.\n");
        for (Scenario scenario : Scenario.values()) {
            text.append('\n')
                    .append(scenario.label())
                    .append(": ")
                    .append(scenario.words())
                    .append('\n');
            add(text, scenario);
        }
        return text.toString();
    }

    private static void add(StringBuilder text, Scenario scenario) {
        Map<String, Long> sums = new TreeMap<>();
        List<Long> takeovers = new ArrayList<>();
        int broken = 0;
        for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
            Simulation.Outcome outcome = Simulation.run(scenario, seed);
            outcome.counts().forEach((what, count) -> sums.merge(what, count, Long::sum));
            takeovers.addAll(outcome.takeoverMillis());
            broken += outcome.violation().isPresent() ? 1 : 0;
        }
        Collections.sort(takeovers);
        line(text, "broken", broken);
        sums.forEach((what, count) -> line(text, what, count));
        if (!takeovers.isEmpty()) {
            line(text, "takeover after loss p50 ms", takeovers.get(takeovers.size() / 2));
            line(text, "takeover after loss max ms", takeovers.getLast());
        }
    }

    private static void line(StringBuilder text, String what, long value) {
        text.append(String.format(java.util.Locale.ROOT, "  %-28s %8d%n", what, value));
    }
}
