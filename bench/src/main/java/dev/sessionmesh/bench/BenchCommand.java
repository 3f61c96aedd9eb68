package dev.sessionmesh.bench;

import dev.sessionmesh.bench.lab.Project;
import dev.sessionmesh.bench.run.Benchmarks;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mesh bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures speed against servers that it starts itself, and writes the figures to a file.")
public final class BenchCommand implements Callable<Integer> {
    private static final String RESULTS = "bench/results";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "NAME", description = "Benchmarks to run; all without a name. --list names them.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--list", description = "Name the benchmarks and what they answer.")
    private boolean list;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            description = "Load before measuring. Default: ${DEFAULT-VALUE}.")
    private int warmup = 18;

    @Option(names = "--measure", paramLabel = "SECONDS", description = "Each measurement. Default: ${DEFAULT-VALUE}.")
    private int measure = 6;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where results go. Default: " + RESULTS + " in the project.")
    private Optional<Path> directory = Optional.empty();

    private final PrintWriter out = new PrintWriter(System.out, true, Charset.defaultCharset());

    /** The command line. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchCommand()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (list) {
            Benchmarks.all().forEach(one -> out.printf("%-14s %s%n", one.name(), one.question()));
            return 0;
        }
        List<Benchmark> chosen = chosen();
        Machine machine = Machine.here();
        out.println(machine);
        Plan plan = new Plan(
                Duration.ofSeconds(warmup),
                Duration.ofSeconds(measure),
                Files.createTempDirectory("sessionmesh-bench-"));
        JsonArray benchmarks = new JsonArray();
        boolean clean = true;
        for (Benchmark benchmark : chosen) {
            out.printf("%n%s: %s%n", benchmark.name(), benchmark.question());
            Results results = new Results(benchmark, out);
            try {
                benchmark.run(plan, results);
                clean &= results.missed() == 0;
                benchmarks.add(results.json());
            } catch (RuntimeException failed) {
                clean = false;
                results.note("FAILED: " + failed.getMessage() + " (servers' logs: " + plan.logs() + ")");
                benchmarks.add(results.json().put("failed", String.valueOf(failed.getMessage())));
            }
        }
        write(machine, benchmarks);
        return clean ? 0 : 1;
    }

    private List<Benchmark> chosen() {
        List<String> known = Benchmarks.all().stream().map(Benchmark::name).toList();
        for (String name : names) {
            if (!known.contains(name)) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(), "No benchmark '" + name + "'; there are " + String.join(", ", known));
            }
        }
        return Benchmarks.all().stream()
                .filter(one -> names.isEmpty() || names.contains(one.name()))
                .toList();
    }

    private void write(Machine machine, JsonArray benchmarks) throws Exception {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        JsonObject report = new JsonObject()
                .put("at", now.toString())
                .put(
                        "machine",
                        new JsonObject()
                                .put("processor", machine.processor())
                                .put("processors", machine.processors())
                                .put("memoryMegabytes", machine.memoryMegabytes())
                                .put("kernel", machine.kernel())
                                .put("jdk", machine.jdk()))
                .put("warmupSeconds", warmup)
                .put("measureSeconds", measure)
                .put("benchmarks", benchmarks);
        Path directory = this.directory.orElseGet(() -> Project.top().resolve(RESULTS));
        Files.createDirectories(directory);
        Path file = directory.resolve(now.toString().replace(":", "") + ".json");
        Files.writeString(file, report.encodePrettily() + "\n");
        out.println();
        out.println("written to " + file);
    }
}
