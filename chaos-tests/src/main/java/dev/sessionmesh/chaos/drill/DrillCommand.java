package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.LabException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./mesh drill NAME}: runs a drill on a cluster of its own on this machine and prints what it found. */
@Command(
        name = "drill",
        mixinStandardHelpOptions = true,
        description =
                "Runs a drill: a cluster of node processes under load loses nodes. Without a name it lists the drills.",
        footer = "Exit code: 0 every promise kept and every target met, 1 not, 2 the drill could not be run.")
public final class DrillCommand implements Callable<Integer> {

    private static final int PASSED = 0;
    private static final int FAILED = 1;
    private static final int COULD_NOT_RUN = 2;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "which drill; 'all' for all of them")
    private Optional<String> name = Optional.empty();

    @Option(
            names = {"--kills", "--rounds"},
            description = "how often the fault is repeated")
    private Optional<Integer> rounds = Optional.empty();

    @Option(names = "--sessions", description = "sessions under load")
    private Optional<Integer> sessions = Optional.empty();

    @Option(names = "--tabs", description = "tabs of each session")
    private Optional<Integer> tabs = Optional.empty();

    @Option(names = "--tokens", description = "tokens of each answer")
    private Optional<Integer> tokens = Optional.empty();

    @Option(names = "--seconds", description = "how long the load drill runs")
    private Optional<Integer> seconds = Optional.empty();

    @Option(names = "--dir", description = "where logs, history and report go (default: ${DEFAULT-VALUE})")
    private Path dir = Path.of("target", "drill");

    @Option(names = "--correctness-only", description = "missed targets are printed but do not fail the drill")
    private boolean correctnessOnly;

    private final PrintStream out;

    DrillCommand(PrintStream out) {
        this.out = out;
    }

    public static void main(String[] args) {
        System.exit(execute(System.out, args));
    }

    static int execute(PrintStream out, String... args) {
        return new CommandLine(new DrillCommand(out))
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    if (e instanceof LabException || e instanceof IllegalArgumentException) {
                        line.getErr().println("could not run: " + e.getMessage());
                    } else {
                        e.printStackTrace(line.getErr());
                    }
                    return COULD_NOT_RUN;
                })
                .execute(args);
    }

    @Override
    public Integer call() {
        if (name.isEmpty()) {
            Drills.all().forEach(drill -> out.printf("%-18s %s%n", drill.name(), drill.about()));
            return PASSED;
        }
        int worst = PASSED;
        for (Drill drill : name.get().equals("all") ? Drills.all() : java.util.List.of(Drills.named(name.get()))) {
            Report report = drill.run(sized(drill.standard()));
            out.print(report.text());
            out.println(
                    "  logs, history and report: " + dir.resolve(drill.name()).toAbsolutePath());
            boolean passed = correctnessOnly ? report.correct() : report.passed();
            worst = passed ? worst : FAILED;
        }
        return worst;
    }

    private DrillSettings sized(DrillSettings standard) {
        return standard.withDir(dir)
                .withRounds(rounds.orElse(standard.rounds()))
                .withLoad(
                        sessions.orElse(standard.sessions()),
                        tabs.orElse(standard.tabs()),
                        tokens.orElse(standard.tokens()),
                        standard.pause())
                .withLoadFor(seconds.map(Duration::ofSeconds).orElse(standard.loadFor()));
    }
}
