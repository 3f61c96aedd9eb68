package dev.sessionmesh.chaos.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.chaos.history.Stamp;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class FailoversTest {

    private final List<Entry> entries = new ArrayList<>();

    private static Stamp at(long ms) {
        return new Stamp(ms, TimeUnit.MILLISECONDS.toNanos(ms));
    }

    private FailoversTest follows(String tab, String node) {
        entries.add(new Entry.Following(at(0), tab, "s1", node, -1, 0));
        return this;
    }

    private FailoversTest act(long ms, String act, String node) {
        entries.add(new Entry.Nemesis(at(ms), act, node));
        return this;
    }

    private FailoversTest recovering(long ms, String tab) {
        entries.add(new Entry.Recovering(at(ms), tab, "s1", "t1"));
        return this;
    }

    private FailoversTest status(long ms, String tab, long seq, String status, String runner, boolean takeover) {
        JsonObject more =
                new JsonObject().put("turn", "t1").put("status", status).put("runner", runner);
        return sees(ms, tab, Seen.event("agent_status", seq, takeover ? more.put("takeover", true) : more));
    }

    private FailoversTest token(long ms, String tab, long seq) {
        return sees(ms, tab, Seen.token(seq, seq, "m1", "x"));
    }

    private FailoversTest sees(long ms, String tab, Seen seen) {
        entries.add(new Entry.Received(at(ms), tab, "s1", seen));
        return this;
    }

    /** Both tabs see n2 run the turn. */
    private FailoversTest running() {
        return follows("a", "n1")
                .follows("b", "n2")
                .status(10, "a", 1, "in_progress", "n2", false)
                .status(11, "b", 1, "in_progress", "n2", false)
                .token(990, "a", 2);
    }

    private FailoversTest takenOver() {
        return recovering(1_100, "a")
                .status(1_200, "a", 3, "in_progress", "n1", true)
                .token(1_250, "a", 4)
                .status(1_500, "b", 3, "in_progress", "n1", true)
                .token(1_600, "b", 4);
    }

    private List<Failover> found() {
        return Failovers.of(entries);
    }

    private static void is(double ms, OptionalDouble found) {
        assertEquals(OptionalDouble.of(ms), found);
    }

    @Test
    void a_session_is_back_when_the_last_of_its_tabs_has_heard_the_new_runner() {
        Failover failover =
                running().act(1_000, Timings.KILL, "n2").takenOver().found().getFirst();
        assertTrue(failover.known());
        is(100, failover.detectedMs());
        is(200, failover.ownedMs());
        is(600, failover.backMs());
        assertEquals(Verdict.PASS, Failovers.measures(found()).getFirst().verdict());
    }

    @Test
    void whoever_never_hears_of_it_is_not_back() {
        Failover failover = running()
                .act(1_000, Timings.COMMAND, "")
                .status(1_200, "a", 3, "in_progress", "n1", true)
                .token(1_250, "a", 4)
                .act(9_000, Timings.GOES_ON, "")
                .found()
                .getFirst();
        is(200, failover.ownedMs());
        assertEquals(OptionalDouble.empty(), failover.backMs());
        assertEquals(OptionalDouble.empty(), failover.detectedMs());
    }

    @Test
    void where_somebody_else_does_it_the_last_sign_of_life_counts() {
        Failover failover =
                running().act(500, Timings.OBSERVE, "").takenOver().found().getFirst();
        assertEquals(false, failover.known());
        is(610, failover.backMs());
    }

    @Test
    void a_turn_that_ended_or_ran_elsewhere_waited_for_nobody() {
        assertEquals(
                List.of(),
                running()
                        .act(1_000, Timings.KILL, "n1")
                        .act(1_001, Timings.KILL, "n2")
                        .status(1_010, "a", 3, "completed", "n2", false)
                        .found());
    }

    @Test
    void after_the_loss_of_a_majority_nothing_is_measured() {
        assertEquals(
                List.of(),
                running().act(1_000, Timings.KILL_MAJORITY, "n2").takenOver().found());
    }
}
