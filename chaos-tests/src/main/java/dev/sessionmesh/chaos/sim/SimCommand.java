package dev.sessionmesh.chaos.sim;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./mesh sim}: runs seeds of the simulator, and tells the story of the first that fails. */
@Command(
        name = "sim",
        mixinStandardHelpOptions = true,
        description = "Runs the production code on a simulated cluster that fails as the seed says, in one thread.",
        footer = "Exit code: 0 every seed kept every promise, 1 one did not.")
public final class SimCommand implements Callable<Integer> {
    private static final int SHOWN_EVERY = 1_000;

    @Option(names = "--seeds", description = "how many seeds (default: ${DEFAULT-VALUE})")
    private long seeds = 1_000;

    @Option(names = "--first", description = "the first of them (default: ${DEFAULT-VALUE})")
    private long first;

    @Option(names = "--seed", description = "runs this one and prints its trace")
    private Optional<Long> seed = Optional.empty();

    @Option(names = "--without", split = ",", description = "faults of the seed that are left out, by number")
    private Set<Integer> without = Set.of();

    @Option(names = "--forever", description = "goes on until a seed fails")
    private boolean forever;

    @Option(names = "--scenario", description = "one of ${COMPLETION-CANDIDATES} (default: by seed)")
    private Optional<Scenario> scenario = Optional.empty();

    @Option(names = "--report", description = "prints the figures of each scenario over fixed seeds")
    private boolean report;

    private final PrintStream out;

    SimCommand(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) {
        System.exit(execute(System.out, args));
    }

    static int execute(PrintStream out, String... args) {
        return new CommandLine(new SimCommand(out))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(args);
    }

    @Override
    public Integer call() {
        if (report) {
            out.print(Behaviour.report());
            return 0;
        }
        return seed.map(this::replay).orElseGet(this::search);
    }

    private int replay(long one) {
        Scenario chosen = scenario.orElse(Scenario.of(one));
        Simulation.Story story = Simulation.replay(chosen, one, without);
        story.lines().forEach(out::println);
        return story.failed() ? 1 : 0;
    }

    private int search() {
        long started = System.nanoTime();
        for (long i = 0; forever || i < seeds; i++) {
            Scenario chosen = scenario.orElse(Scenario.of(first + i));
            Simulation.Outcome outcome = Simulation.run(chosen, first + i);
            if (outcome.violation().isPresent()) {
                Simulation.shortest(chosen, first + i).lines().forEach(out::println);
                return 1;
            }
            if ((i + 1) % SHOWN_EVERY == 0) {
                out.printf("%d seeds, %.0f a second%n", i + 1, (i + 1) / ((System.nanoTime() - started) / 1e9));
            }
        }
        out.printf(
                "%d seeds of %s: every promise kept%n",
                seeds,
                scenario.map(Scenario::label)
                        .orElse(Arrays.stream(Scenario.values())
                                .map(Scenario::label)
                                .collect(Collectors.joining(", "))));
        return 0;
    }
}
