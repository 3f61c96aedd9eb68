package dev.sessionmesh.chaos.sim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Runs seeds, and makes of a failing one the shortest story that still fails. */
public final class Simulation {
    private Simulation() {}

    /**
     * How a run went.
     *
     * @param violation what was broken, if anything
     * @param hash equal for equal runs
     * @param takeoverMillis from a runner's loss to the next runner, simulated
     */
    public record Outcome(
            Optional<String> violation,
            long hash,
            Map<String, Long> counts,
            List<Long> takeoverMillis,
            double seconds) {}

    static Outcome run(Scenario scenario, long seed) {
        return outcome(ran(scenario, seed, Set.of(), false));
    }

    /** The first failing seed's story, or empty; for callers that know this class by name only. */
    public static Optional<String> firstFailure(String scenario, long firstSeed, int seeds) {
        for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
            Scenario chosen = Scenario.named(scenario).orElse(Scenario.of(seed));
            Optional<String> violation = run(chosen, seed).violation();
            if (violation.isPresent()) {
                return Optional.of(chosen.label() + " seed " + seed + ": " + violation.get());
            }
        }
        return Optional.empty();
    }

    private static World ran(Scenario scenario, long seed, Set<Integer> off, boolean traced) {
        World world = new World(scenario, seed, off, traced);
        world.run();
        return world;
    }

    private static Outcome outcome(World world) {
        return new Outcome(
                world.referee.violation(),
                world.timeline.hash(),
                world.referee.counts(),
                world.referee.takeoverMillis(),
                world.timeline.now() / 1e6);
    }

    /** What happened, for people. */
    record Story(boolean failed, List<String> lines) {}

    /** The story of a failing seed with as few faults as still make it fail. */
    static Story shortest(Scenario scenario, long seed) {
        Set<Integer> off = new HashSet<>();
        for (Fault fault : ran(scenario, seed, off, false).faults) {
            off.add(fault.number());
            if (ran(scenario, seed, off, false).referee.violation().isEmpty()) {
                off.remove(fault.number());
            }
        }
        return replay(scenario, seed, off);
    }

    /** @param off numbers of faults that are left out */
    static Story replay(Scenario scenario, long seed, Set<Integer> off) {
        World world = ran(scenario, seed, off, true);
        List<String> lines = new ArrayList<>(world.trace.lines());
        lines.add("");
        lines.add("faults: " + (world.faults.isEmpty() ? "none" : ""));
        world.faults.forEach(fault -> lines.add("  " + fault));
        Optional<String> violation = world.referee.violation();
        lines.add("scenario " + scenario.label() + ", seed " + seed + ": " + violation.orElse("every promise kept"));
        String without = off.stream().sorted().map(String::valueOf).collect(Collectors.joining(","));
        lines.add("replay: ./mesh sim --scenario " + scenario.label() + " --seed " + seed
                + (without.isEmpty() ? "" : " --without " + without));
        return new Story(violation.isPresent(), lines);
    }
}
