package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.LabException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        footer = "Exit code: 0 every line passed, 1 one failed, 2 the drill could not be run or could not be judged."
                + " What each line means: docs/runbook.md")
public final class DrillCommand implements Callable<Integer> {

    private static final int PASSED = 0;
    private static final int FAILED = 1;
    private static final int COULD_NOT_RUN = 2;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "NAME",
            description = "which drill; 'all' for all of them, 'list' to list them, 'check' to judge a run again")
    private Optional<String> name = Optional.empty();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DIR",
            description = "with 'check': the folder that a run left behind")
    private Optional<Path> left = Optional.empty();

    @Option(
            names = "--target",
            split = ",",
            paramLabel = "URL",
            description = "a cluster that stands already: wss://host or https://host, its nodes or what balances them;"
                    + " a bearer token comes from SESSIONMESH_TOKEN. It must offer the model scripted:test")
    private List<URI> target = new ArrayList<>();

    @Option(
            names = "--observe",
            description =
                    "with --target: do nothing to it, only load and judge it, until --seconds have passed or Ctrl-C")
    private boolean observe;

    @Option(
            names = "--kill-command",
            paramLabel = "COMMAND",
            description = "with --target: what kills a node, such as \"kubectl delete pod mesh-1\"; run once a round")
    private Optional<String> killCommand = Optional.empty();

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

    @Option(
            names = "--seconds",
            description = "how long the load drill runs, an observation takes, or it is calm before each kill command")
    private Optional<Integer> seconds = Optional.empty();

    @Option(names = "--nodes", description = "nodes of the cluster")
    private Optional<Integer> nodes = Optional.empty();

    @Option(names = "--backups", description = "synchronous backups of every session")
    private Optional<Integer> backups = Optional.empty();

    @Option(names = "--seed", description = "what a drill with a choice chooses by (default: 1)")
    private Optional<Long> seed = Optional.empty();

    @Option(names = "--jvm", paramLabel = "FLAG", description = "a further flag of the nodes' JVMs; repeatable")
    private List<String> jvm = new ArrayList<>();

    @Option(names = "--dir", description = "where logs, history and report go (default: ${DEFAULT-VALUE})")
    private Path dir = Path.of("target", "drill");

    @Option(names = "--correctness-only", description = "missed targets are printed but do not fail the drill")
    private boolean correctnessOnly;

    private final PrintStream out;
    private final Map<String, String> environment;
    private final EarlyEnd early;

    DrillCommand(PrintStream out, Map<String, String> environment, EarlyEnd early) {
        this.out = out;
        this.environment = environment;
        this.early = early;
    }

    public static void main(String[] args) {
        EarlyEnd early = EarlyEnd.onSignal();
        int status = execute(new DrillCommand(System.out, System.getenv(), early), args);
        early.over(status);
        System.exit(status);
    }

    static int execute(PrintStream out, String... args) {
        return execute(new DrillCommand(out, Map.of(), new EarlyEnd()), args);
    }

    static int execute(DrillCommand command, String... args) {
        return new CommandLine(command)
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
        if (!target.isEmpty()) {
            return remote();
        }
        if (name.filter("check"::equals).isPresent()) {
            return check();
        }
        if (name.isEmpty() || name.get().equals("list")) {
            Drills.all().forEach(drill -> out.printf("%-20s %s%n", drill.name(), drill.about()));
            return PASSED;
        }
        boolean all = name.get().equals("all");
        int worst = PASSED;
        for (Drill drill : all ? Drills.all() : List.of(Drills.named(name.get()))) {
            worst = Math.max(worst, all ? orLeftOut(drill) : run(drill));
        }
        return worst;
    }

    /** Among all drills one that can't run here is no reason to leave out the others. */
    private int orLeftOut(Drill drill) {
        try {
            return run(drill);
        } catch (LabException e) {
            out.println("*** LEFT OUT: drill " + drill.name() + ": " + e.getMessage());
            return COULD_NOT_RUN;
        }
    }

    private int run(Drill drill) {
        return told(drill.run(sized(drill.standard())), dir.resolve(drill.name()));
    }

    private int remote() {
        if (name.isPresent() || observe == killCommand.isPresent()) {
            throw new IllegalArgumentException(
                    "--target takes no drill's name, and either --observe or --kill-command");
        }
        early.heed();
        RemoteDrill drill = new RemoteDrill(
                target.stream().map(DrillCommand::httpUrl).toList(),
                Optional.ofNullable(environment.get("SESSIONMESH_TOKEN")),
                Optional.ofNullable(environment.get("SESSIONMESH_ADMIN_TOKEN")),
                killCommand,
                Duration.ofSeconds(seconds.orElse(observe ? 60 : 10)),
                early);
        return told(drill.run(sized(DrillSettings.small(target.size(), 1))), dir.resolve(RemoteDrill.NAME));
    }

    /** A session mesh has one address for both protocols. Reports name addresses, so nothing secret may be in one. */
    private static URI httpUrl(URI url) {
        if (url.getHost() == null || url.getRawUserInfo() != null || url.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    "--target takes wss://HOST or https://HOST, with a port or not; tokens come from the environment");
        }
        return URI.create(url.toString().replaceFirst("^ws", "http"));
    }

    private int check() {
        Path run = left.orElseThrow(() -> new IllegalArgumentException("check wants the folder of a run"));
        Run read = Run.read(run);
        return told(read.judge().write(run, read.history()), run);
    }

    private int told(Report report, Path run) {
        out.print(report.text());
        out.println("  logs, history and report: " + run.toAbsolutePath());
        boolean onlyLate = correctnessOnly && report.correct();
        return switch (report.verdict()) {
            case PASS -> PASSED;
            case FAIL -> onlyLate ? PASSED : FAILED;
            case UNKNOWN, NO_DATA, NO_TARGET -> COULD_NOT_RUN;
        };
    }

    private DrillSettings sized(DrillSettings standard) {
        return standard.withDir(dir)
                .withRounds(rounds.orElse(standard.rounds()))
                .withLoad(
                        sessions.orElse(standard.sessions()),
                        tabs.orElse(standard.tabs()),
                        tokens.orElse(standard.tokens()),
                        standard.pause())
                .withNodes(nodes.orElse(standard.nodes()), backups.orElse(standard.backups()))
                .withSeed(seed.orElse(standard.seed()))
                .withJvm(jvm)
                .withLoadFor(seconds.map(Duration::ofSeconds).orElse(standard.loadFor()));
    }
}
