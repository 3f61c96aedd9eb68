package dev.sessionmesh.chaos.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class NemesisTest {

    @Test
    void a_seed_makes_the_same_schedule_again_and_another_one_another() {
        assertEquals(Nemesis.schedule(7, 20, 3), Nemesis.schedule(7, 20, 3));
        assertNotEquals(Nemesis.schedule(7, 20, 3), Nemesis.schedule(8, 20, 3));
    }

    @Test
    void a_long_schedule_does_everything_to_everybody() {
        List<Nemesis.Step> steps = Nemesis.schedule(1, 200, 3);
        assertEquals(
                Nemesis.Act.values().length,
                steps.stream().map(Nemesis.Step::act).distinct().count());
        assertEquals(
                3,
                steps.stream()
                        .map(Nemesis.Step::node)
                        .collect(Collectors.toSet())
                        .size());
        assertTrue(steps.stream().allMatch(step -> step.time().isPositive()));
    }
}
