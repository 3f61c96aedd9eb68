package dev.sessionmesh.chaos.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The promises hold on every seed tried, and a seed is always the same run. */
final class SeedsSimulation {
    private static final int SEEDS = Integer.getInteger("sim.seeds", 250);

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void every_promise_is_kept(Scenario scenario) {
        for (long seed = 0; seed < SEEDS; seed++) {
            if (Simulation.run(scenario, seed).violation().isPresent()) {
                fail(String.join("\n", Simulation.shortest(scenario, seed).lines()));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void the_same_seed_is_the_same_run(Scenario scenario) {
        Simulation.Outcome first = Simulation.run(scenario, 42);
        assertEquals(first, Simulation.run(scenario, 42));
        assertNotEquals(first.hash(), Simulation.run(scenario, 43).hash());
    }

    @Test
    void a_replayed_seed_prints_its_faults_and_the_command() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int code = SimCommand.execute(
                new PrintStream(out, true, StandardCharsets.UTF_8), "--scenario", "crash", "--seed", "5");
        String text = out.toString(StandardCharsets.UTF_8);
        assertEquals(0, code, text);
        assertTrue(text.contains("replay: ./mesh sim --scenario crash --seed 5"), text);
        assertTrue(text.contains("process killed"), text);
    }

    /** When a change was meant: {@code ./mesh sim --report > chaos-tests/src/test/resources/sim-behaviour.txt}. */
    @Test
    void the_mesh_behaves_as_it_did() throws IOException {
        try (InputStream in = SeedsSimulation.class.getResourceAsStream("/sim-behaviour.txt")) {
            String committed = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Optional<String> difference = firstDifference(committed, Behaviour.report());
            difference.ifPresent(line -> fail("the behaviour has changed: " + line));
        }
    }

    private static Optional<String> firstDifference(String was, String is) {
        StringBuilder lines = new StringBuilder();
        String[] before = was.split("\n", -1);
        String[] now = is.split("\n", -1);
        for (int i = 0; i < Math.max(before.length, now.length); i++) {
            String old = i < before.length ? before[i] : "";
            String fresh = i < now.length ? now[i] : "";
            if (!old.equals(fresh)) {
                lines.append("\n- ").append(old).append("\n+ ").append(fresh);
            }
        }
        return lines.isEmpty() ? Optional.empty() : Optional.of(lines.toString());
    }
}
