package dev.sessionmesh.chaos.lab;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WallClockTest {
    private static final Duration NEAR = Duration.ofMinutes(1);

    @TempDir
    Path dir;

    @Test
    void a_process_has_a_date_of_its_own_that_can_be_set_while_it_runs() throws IOException {
        assumeThere();
        WallClock clock = new WallClock(dir);
        List<String> command = new ArrayList<>(clock.install());
        command.addAll(List.of("bash", "-c", "while read -r; do printf '%(%s)T\\n' -1; done"));
        Process shell = new ProcessBuilder(command).start();
        try (Writer ask = shell.outputWriter();
                BufferedReader answers = shell.inputReader()) {
            for (long ahead : List.of(0L, 300_500L, -300_500L, 0L)) {
                clock.set(Duration.ofMillis(ahead));
                ask.write("?\n");
                ask.flush();
                Instant told = Instant.ofEpochSecond(Long.parseLong(answers.readLine()));
                Duration off = Duration.between(Instant.now().plusMillis(ahead), told);
                assertTrue(off.abs().compareTo(NEAR) < 0, "off by " + off);
            }
        } finally {
            shell.destroyForcibly();
        }
    }

    private static void assumeThere() {
        if (WallClock.missing().isEmpty()) {
            return;
        }
        String why = "*** SKIPPED: dates can't be set here, missing: " + WallClock.missing();
        if ("true".equals(System.getenv("CI"))) {
            fail(why);
        }
        System.out.println(why);
        Assumptions.abort(why);
    }
}
