package dev.sessionmesh.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.bench.run.Benchmarks;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class BenchCommandTest {

    @Test
    void an_unknown_benchmark_is_refused_with_the_names_there_are() {
        StringWriter said = new StringWriter();

        int exit = new CommandLine(new BenchCommand())
                .setErr(new PrintWriter(said))
                .execute("fan-in");

        assertEquals(CommandLine.ExitCode.USAGE, exit);
        assertTrue(said.toString().contains("fan-out, latency"), said.toString());
    }

    @Test
    void every_benchmark_has_a_name_of_its_own() {
        assertEquals(
                Benchmarks.all().size(),
                Benchmarks.all().stream().map(Benchmark::name).distinct().count());
    }

    @Test
    void a_figure_beside_its_target_is_judged() {
        assertTrue(Target.atLeast(300_000).met(300_000));
        assertFalse(Target.atLeast(300_000).met(299_999));
        assertFalse(Target.atMost(25).met(25.1));
        assertEquals("MISSED", new Figure("p99", 30, "ms", Target.atMost(25)).verdict());
        assertEquals("<= 25.0", Target.atMost(25).text());
    }
}
