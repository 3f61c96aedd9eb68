package dev.sessionmesh.chaos.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.chaos.history.Stamp;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ScorecardTest {

    private static final Stamp AT = new Stamp(0, 0);

    private final History history = new History();

    private Map<String, List<String>> findings = Map.of();

    private ScorecardTest act(String act) {
        history.add(new Entry.Nemesis(AT, act, ""));
        return this;
    }

    private ScorecardTest follows(String tab, long snapshotSeq) {
        history.add(new Entry.Following(AT, tab, "s1", "n1", snapshotSeq, 0));
        return this;
    }

    private ScorecardTest lost(String tab) {
        history.add(new Entry.Lost(AT, tab, "s1", "reset"));
        return this;
    }

    private String line(String name) {
        return line(name, Map.of(), Optional.of(Map.of("fenced", 3L, "busy", 9L)));
    }

    private String line(String name, Map<String, List<Seen>> logs, Optional<Map<String, Long>> refused) {
        Run run = new Run("demo", DrillSettings.small(3, 1), history, logs, findings, List.of(), refused, List.of());
        return run.judge().lines().stream()
                .filter(line -> line.name().equals(name))
                .map(line -> line.value() + " " + line.verdict())
                .findFirst()
                .orElse("none");
    }

    @Test
    void a_command_that_hurts_nobody_leaves_the_verdict_open() {
        act(Timings.COMMAND)
                .act(Timings.GOES_ON)
                .lost("a")
                .act(Timings.COMMAND)
                .act(Timings.LEFT)
                .act(Timings.GOES_ON);
        assertEquals("1 of 2 UNKNOWN", line("kill commands whose effect was seen"));
    }

    @Test
    void where_nobody_was_told_anything_nothing_can_be_said() {
        assertEquals("0 UNKNOWN", line("frames delivered to tabs"));
        assertEquals("none", line("kill commands whose effect was seen"));
    }

    @Test
    void a_drill_that_looks_by_itself_needs_no_tabs() {
        findings = Map.of(Scorecard.PROBED, List.of());
        assertEquals("0 NO_DATA", line("frames delivered to tabs"));
        history.add(new Entry.Opened(AT, "a", "s1", 0));
        assertEquals("0 UNKNOWN", line("frames delivered to tabs"), "but one that has some");
    }

    @Test
    void every_tab_comes_back_where_it_was() {
        follows("a", -1).follows("b", -1).act(Timings.KILL).lost("a").lost("b").follows("a", -1);
        assertEquals("2, 1 not back FAIL", line("reconnects"));
        assertEquals("1 of 1 PASS", line("resume hits"));
        follows("b", 7);
        assertEquals("2 PASS", line("reconnects"));
        assertEquals("1 of 2 FAIL", line("resume hits"));
        assertEquals("1 FAIL", line("snapshots in place of a resume"));
    }

    @Test
    void after_a_split_a_snapshot_is_no_failure() {
        follows("a", -1).act(Timings.CUT).lost("a").follows("a", 7);
        assertEquals("1 NO_TARGET", line("snapshots in place of a resume"));
        assertEquals("0 of 1 NO_TARGET", line("resume hits"));
    }

    @Test
    void fence_rejects_are_good_and_what_came_through_is_not() {
        assertEquals("3 PASS", line("fence rejects"));
        assertEquals("not known PASS", line("fence rejects", Map.of(), Optional.empty()));
        JsonObject other =
                new JsonObject().put("turn", "t1").put("status", "in_progress").put("runEpoch", 1L);
        List<Seen> log = List.of(
                Seen.event("agent_status", 1, other.copy().put("runner", "n1")),
                Seen.event("agent_status", 2, other.copy().put("runner", "n2")));
        assertEquals("3, 1 not FAIL", line("fence rejects", Map.of("s1", log), Optional.of(Map.of("fenced", 3L))));
    }
}
