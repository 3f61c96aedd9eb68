package dev.sessionmesh.chaos.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.chaos.history.Stamp;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each checker against a run that keeps its promise and against runs that break it. */
final class CheckerTest {

    private static final Stamp AT = new Stamp(0, 0);

    private static Arguments broken(String how, Checker checker, Story story, String complaint) {
        return Arguments.of(how, checker, story, complaint);
    }

    static Stream<Arguments> broken_runs() {
        return Stream.of(
                broken(
                        "a tab misses an event",
                        new TabsWithoutGaps(),
                        Story.good().opened("c", 2).sees("c", Story.status(4, "t1", "in_progress", 1, "n1")),
                        "a gap, expected 3, got 4"),
                broken(
                        "a tab sees an event twice",
                        new TabsWithoutGaps(),
                        Story.good().sees("a", Story.status(14, "t2", "completed", 1, "n1")),
                        "a duplicate, expected 15, got 14"),
                broken("a tab stops early", new TabsWithoutGaps(), Story.good().opened("c", 3), "stopped at 3 of 14"),
                broken(
                        "a snapshot is followed by a gap",
                        new TabsWithoutGaps(),
                        Story.good()
                                .opened("c", 0)
                                .snapshot("c", 12)
                                .sees("c", Story.status(14, "t2", "completed", 1, "n1")),
                        "a gap, expected 13"),
                broken(
                        "the client noticed a violation",
                        new TabsWithoutGaps(),
                        Story.good().add(new Entry.Violation(AT, "a", "s1", "gap: expected seq 3")),
                        "gap: expected seq 3"),
                broken(
                        "a tab was ended by the server",
                        new TabsWithoutGaps(),
                        Story.good().add(new Entry.Ended(AT, "a", "s1", "closed: 4403")),
                        "ended: closed: 4403"),
                broken(
                        "a tab was shown other text",
                        new TabsEqualTheLog(),
                        Story.good().insteadLogs(Seen.token(7, 8, "m1", "2 4 ")),
                        "at seq 8 it was shown"),
                broken(
                        "a tab was shown text of another message",
                        new TabsEqualTheLog(),
                        Story.good().insteadLogs(Seen.token(7, 8, "m2", "2 3 ")),
                        "at seq 8 it was shown"),
                broken(
                        "a tab was shown an event with another field",
                        new TabsEqualTheLog(),
                        Story.good().insteadLogs(Story.status(14, "t2", "failed", 1, "n1")),
                        "at seq 14 it was shown"),
                broken(
                        "a tab was shown an event that was lost afterwards",
                        new TabsEqualTheLog(),
                        Story.good().sees("a", Seen.token(15, 15, "m3", "ghost")),
                        "was shown seq 15, but the log ends at 14"),
                broken(
                        "the log has a hole",
                        new TabsEqualTheLog(),
                        Story.good().logs(Seen.token(16, 16, "m3", "x")),
                        "expected seq 15, found 16"),
                broken(
                        "an acknowledged command is gone",
                        new AcknowledgedStays(),
                        Story.good().sends("a", "input", "text", "lost").acked("a", 5, "c:9", 15),
                        "c:9 was acknowledged at 15 of s1, which is not in the log"),
                broken(
                        "another command stands in its place",
                        new AcknowledgedStays(),
                        Story.good().insteadLogs(Story.input(10, "d:1", "t2", "approve")),
                        "c:2 was acknowledged at 10"),
                broken(
                        "a decision was acknowledged, the log holds the opposite",
                        new AcknowledgedStays(),
                        Story.good().insteadLogs(Story.resolved(13, "k1", "rejected")),
                        "c:3 was acknowledged at 13"),
                broken(
                        "a command took effect twice",
                        new NothingInvented(),
                        Story.good().logs(Story.input(15, "c:2", "t3", "approve")),
                        "the command c:2 took effect twice"),
                broken(
                        "an input that nobody sent",
                        new NothingInvented(),
                        Story.good().logs(Story.input(15, "x:1", "t3", "buy")),
                        "is in the log 1 times, was sent 0 times"),
                broken(
                        "a refused input took effect",
                        new NothingInvented(),
                        Story.good()
                                .sends("a", "input", "text", "no")
                                .add(new Entry.Fail(AT, "a", 5, "turn_active"))
                                .logs(Story.input(15, "c:4", "t3", "no")),
                        "was sent 1 times and refused 1 times"),
                broken(
                        "a call resolved twice",
                        new OneDecision(),
                        Story.good().logs(Story.resolved(15, "k1", "rejected")),
                        "resolved twice: approved, then rejected"),
                broken(
                        "the loser was told that he won",
                        new OneDecision(),
                        Story.good().sends("b", "reject", "callId", "k1").acked("b", 5, "d:1", 13),
                        "was told that it rejected"),
                broken(
                        "two winners of one decision",
                        new OneDecision(),
                        Story.good().sends("b", "approve", "callId", "k1").acked("b", 5, "d:1", 13),
                        "has 2 winners"),
                broken(
                        "a front-end tool call with two results",
                        new FrontEndToolsOnce(),
                        Story.good().logs(Story.result(15, "k2", "tab 0")).logs(Story.result(16, "k2", "tab 1")),
                        "has two results: tab 0, then tab 1"),
                broken(
                        "a tab was told that its result was taken, and it was not",
                        new FrontEndToolsOnce(),
                        Story.good().logs(Story.result(15, "k2", "tab 0")).offers("b", "k2", "tab 1"),
                        "b was told that its result tab 1"),
                broken(
                        "two tabs were told that theirs was taken",
                        new FrontEndToolsOnce(),
                        Story.good()
                                .logs(Story.result(15, "k2", "same"))
                                .offers("a", "k2", "same")
                                .offers("b", "k2", "same"),
                        "took results of 2 tabs"),
                broken(
                        "a turn stands still",
                        new NeverAbandoned(),
                        Story.good().seesAfter(Duration.ofSeconds(30), "d", "d1"),
                        "s2 stood still for 30000 ms before seq 3"),
                broken(
                        "an epoch goes back",
                        new OneRunner(),
                        Story.good().insteadLogs(Story.status(9, "t1", "completed", 1, "n1")),
                        "epoch 1 at seq 9 after 2"),
                broken(
                        "two runners in one epoch",
                        new OneRunner(),
                        Story.good().insteadLogs(Story.status(9, "t1", "completed", 2, "n3")),
                        "two runners, n2 and n3"),
                broken(
                        "a takeover without a new epoch",
                        new OneRunner(),
                        Story.good().insteadLogs(Story.takeover(6, "t1", 1, "n1")),
                        "kept epoch 1"),
                broken(
                        "text was doubled by the takeover",
                        new WholeAnswers(),
                        Story.good().insteadLogs(Seen.token(7, 8, "m1", "1 2 3 ")),
                        "is completed and said '0 1 1 2 3 '"),
                broken(
                        "text is missing",
                        new WholeAnswers(),
                        Story.good().insteadLogs(Seen.token(7, 8, "m1", "3 ")),
                        "is completed and said '0 1 3 '"),
                broken(
                        "a failed turn said something else",
                        new WholeAnswers(),
                        Story.good()
                                .insteadLogs(Seen.token(7, 8, "m1", "7 "))
                                .insteadLogs(Story.status(9, "t1", "failed", 2, "n2")),
                        "is failed and said '0 1 7 '"),
                broken(
                        "tokens while no turn runs",
                        new WholeAnswers(),
                        Story.good().logs(Seen.token(15, 15, "m9", "x")),
                        "tokens at seq 15 while no turn runs"),
                broken(
                        "a turn hangs",
                        new TurnsEnd(),
                        Story.good().insteadLogs(Story.status(14, "t2", "awaiting_approval", 1, "n1")),
                        "t2 is left awaiting_approval"),
                broken(
                        "a turn that never began to run",
                        new TurnsEnd(),
                        Story.good().logs(Seen.event("turn", 15, new JsonObject().put("turn", "t3"))),
                        "t3 is left received"),
                broken(
                        "a turn goes on after its end",
                        new TurnsEnd(),
                        Story.good().logs(Story.status(15, "t2", "in_progress", 2, "n2")),
                        "t2 is in_progress at seq 15 after it was completed"),
                broken(
                        "a queue without an end",
                        new WithinLimits(),
                        Story.good().queues(15, 18),
                        "has 18 open turns at seq 32"),
                broken(
                        "a heap that is full at rest",
                        new WithinLimits(),
                        Story.good().rests("n1", 0.86, 0),
                        "n1 at rest: heap is 0.86"),
                broken(
                        "a node that says nothing of its heap",
                        new WithinLimits(),
                        Story.good().rests("n1", Entry.Vitals.SILENT, 0),
                        "n1 at rest does not tell its heap"),
                broken(
                        "a node that still runs a turn at rest",
                        new WithinLimits(),
                        Story.good().rests("n2", 0.2, 1),
                        "n2 at rest: running is 1.00"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken_runs")
    void a_broken_promise_is_found(String how, Checker checker, Story story, String complaint) {
        List<String> problems = checker.problems(story.evidence());
        assertTrue(problems.stream().anyMatch(p -> p.contains(complaint)), () -> how + ": " + problems);
    }

    @Test
    void a_good_run_passes_every_checker() {
        for (Checker checker : Checker.all()) {
            assertEquals(List.of(), checker.problems(Story.good().evidence()), checker.promise());
        }
    }

    @Test
    void a_full_queue_and_a_used_heap_are_within_their_limits() {
        Story story = Story.good().queues(15, 17).rests("n1", 0.84, 0);
        assertEquals(List.of(), new WithinLimits().problems(story.evidence()));
    }

    @Test
    void a_turn_that_waits_for_a_person_or_for_a_majority_may_stand_still() {
        Story waiting = Story.good().seesAfter(Duration.ofSeconds(30), "d", "d1");
        Story excused = new Story();
        waiting.history.entries().forEach(entry -> {
            if (entry instanceof Entry.Received e && e.seen().seq() == 3) {
                excused.add(
                        new Entry.Nemesis(new Stamp(0, Duration.ofSeconds(1).toNanos()), "kill of a majority", "n1"));
            }
            excused.add(entry);
        });
        assertEquals(List.of(), new NeverAbandoned().problems(excused.evidence()));
        Story asked = new Story().sees("d", "s2", 0, Story.status(2, "d1", "awaiting_approval", 1, "n1"));
        asked.sees("d", "s2", 60_000_000_000L, Story.status(3, "d1", "in_progress", 1, "n1"));
        assertEquals(List.of(), new NeverAbandoned().problems(asked.evidence()));
    }

    @Test
    void once_a_cut_without_a_majority_is_healed_a_turn_may_not_stand_still_again() {
        Story story = new Story();
        story.add(new Entry.Nemesis(new Stamp(0, 0), "cut without a majority", "n1,n2,n3"));
        story.sees("d", "s2", 20_000_000_000L, Story.status(2, "d1", "in_progress", 1, "n1"));
        story.add(new Entry.Nemesis(new Stamp(0, Duration.ofSeconds(21).toNanos()), "heal", ""));
        story.sees("d", "s2", 50_000_000_000L, Story.status(3, "d1", "in_progress", 2, "n2"));
        assertEquals(List.of(), new NeverAbandoned().problems(story.evidence()));
        story.sees("d", "s2", 80_000_000_000L, Story.status(4, "d1", "in_progress", 3, "n3"));
        assertEquals(1, new NeverAbandoned().problems(story.evidence()).size());
    }

    @Test
    void what_a_cut_off_node_showed_is_told_apart_until_the_tab_follows_anew() {
        Seen ghost = Seen.token(15, 15, "m9", "ghost");
        Story story = Story.good()
                .snapshot("a", 14)
                .add(new Entry.Nemesis(AT, "cut", "n1"))
                .sees("a", ghost);
        Evidence cut = story.evidence();
        assertEquals(List.of(), new TabsEqualTheLog().problems(cut));
        assertEquals(1, CutOffTabs.of(cut).differences(cut).size());
        Story resumed = Story.good()
                .snapshot("a", 14)
                .add(new Entry.Nemesis(AT, "cut", "n1"))
                .sees("a", ghost)
                .add(new Entry.Nemesis(AT, "heal", ""))
                .add(new Entry.Following(AT, "a", "s1", "n2", -1, 14));
        assertEquals(1, new TabsEqualTheLog().problems(resumed.evidence()).size(), "nobody told it");
        Evidence healed = story.add(new Entry.Nemesis(AT, "heal", ""))
                .snapshot("a", 14)
                .sees("a", ghost)
                .evidence();
        assertEquals(1, new TabsEqualTheLog().problems(healed).size());
    }

    @Test
    void every_checker_is_shown_to_fail() {
        List<String> broken = broken_runs()
                .map(a -> a.get()[1].getClass().getSimpleName())
                .distinct()
                .toList();
        for (Checker checker : Checker.all()) {
            assertTrue(broken.contains(checker.getClass().getSimpleName()), checker.promise());
        }
    }

    @Test
    void a_tab_that_began_behind_a_snapshot_amid_a_run_passes() {
        Story story = Story.good().opened("c", 0).snapshot("c", 7).sees("c", Seen.token(8, 8, "m1", "3 "));
        story.log.stream().filter(seen -> seen.seq() > 8).forEach(seen -> story.sees("c", seen));
        for (Checker checker : Checker.all()) {
            assertEquals(List.of(), checker.problems(story.evidence()), checker.promise());
        }
    }

    @Test
    void a_history_read_back_from_its_file_says_the_same(@TempDir Path dir) {
        Story story = Story.good()
                .snapshot("a", 3)
                .add(new Entry.Info(AT, "a", 9, "timeout"))
                .add(new Entry.Lost(AT, "a", "s1", "cut"))
                .add(new Entry.Violation(AT, "a", "s1", "gap"))
                .add(new Entry.Ended(AT, "a", "s1", "closed"))
                .add(new Entry.Nemesis(AT, "kill", "n1"))
                .rests("n1", 0.5, 0);
        story.history.write(dir.resolve("history.jsonl"));
        History again = History.read(dir.resolve("history.jsonl"));
        assertEquals(story.history.entries(), again.entries());
        Evidence evidence = new Evidence(again, Map.of("s1", story.log));
        assertFalse(new TabsWithoutGaps().problems(evidence).isEmpty());
    }
}
