package dev.sessionmesh.chaos.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.chaos.history.Stamp;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class TimingsTest {

    private final List<Entry> entries = new ArrayList<>();

    private static Stamp at(long ms) {
        return new Stamp(ms, TimeUnit.MILLISECONDS.toNanos(ms));
    }

    private TimingsTest follows(long ms, String tab, String node) {
        entries.add(new Entry.Following(at(ms), tab, "s1", node, -1, 0));
        return this;
    }

    private TimingsTest runs(long ms, String tab, String turn, String node, boolean takeover) {
        JsonObject more =
                new JsonObject().put("turn", turn).put("status", "in_progress").put("runner", node);
        return sees(ms, tab, Seen.event("agent_status", 1, takeover ? more.put("takeover", true) : more));
    }

    private TimingsTest ends(long ms, String tab, String turn) {
        return sees(
                ms,
                tab,
                Seen.event("agent_status", 1, new JsonObject().put("turn", turn).put("status", "completed")));
    }

    private TimingsTest token(long ms, String tab) {
        return sees(ms, tab, Seen.token(1, 1, "m1", "x"));
    }

    private TimingsTest sees(long ms, String tab, Seen seen) {
        entries.add(new Entry.Received(at(ms), tab, "s1", seen));
        return this;
    }

    private TimingsTest kill(long ms, String node, boolean oldest) {
        entries.add(new Entry.Nemesis(at(ms), oldest ? Timings.KILL_OLDEST : Timings.KILL, node));
        return this;
    }

    private TimingsTest act(long ms, String act) {
        entries.add(new Entry.Nemesis(at(ms), act, ""));
        return this;
    }

    private TimingsTest lost(long ms, String tab) {
        entries.add(new Entry.Lost(at(ms), tab, "s1", "gone"));
        return this;
    }

    private Timings timings() {
        return Timings.of(entries);
    }

    private static void only(long ms, Histogram histogram) {
        assertEquals(1, histogram.getTotalCount());
        assertEquals(ms, Math.round(histogram.getMaxValue() / 1000.0));
    }

    @Test
    void whom_a_command_killed_shows_by_what_follows() {
        Timings timings = follows(0, "stays", "n1")
                .follows(0, "moves", "n2")
                .runs(10, "stays", "t1", "n2", false)
                .act(1_000, Timings.COMMAND)
                .lost(1_200, "moves")
                .follows(1_500, "moves", "n1")
                .token(1_600, "stays")
                .runs(1_700, "stays", "t1", "n1", true)
                .token(1_750, "stays")
                .act(2_000, Timings.GOES_ON)
                .timings();
        only(750, timings.nextToken);
        only(500, timings.resume);
        assertEquals(0, timings.nextTokenMovedTabs.getTotalCount());
    }

    @Test
    void the_next_token_is_the_first_one_behind_the_takeover() {
        follows(0, "a", "n1").runs(10, "a", "t1", "n2", false).kill(100, "n2", false);
        token(105, "a").runs(400, "a", "t1", "n1", true).token(430, "a").token(440, "a");
        only(330, timings().nextToken);
        assertEquals(0, timings().resume.getTotalCount());
    }

    @Test
    void a_turn_that_ended_in_time_waited_for_nothing() {
        follows(0, "a", "n1").runs(10, "a", "t1", "n2", false).kill(100, "n2", false);
        token(101, "a").ends(102, "a", "t1").runs(900, "a", "t2", "n1", false).token(910, "a");
        assertEquals(0, timings().nextToken.getTotalCount());
    }

    @Test
    void a_turn_of_another_node_waited_for_nothing() {
        follows(0, "a", "n1")
                .runs(10, "a", "t1", "n1", false)
                .kill(100, "n2", false)
                .token(101, "a");
        assertEquals(0, timings().nextToken.getTotalCount());
    }

    @Test
    void the_tabs_of_the_killed_node_are_counted_apart() {
        follows(0, "a", "n2").runs(10, "a", "t1", "n2", false).kill(100, "n2", false);
        follows(350, "a", "n1").runs(400, "a", "t1", "n1", true).token(430, "a");
        only(250, timings().resume);
        only(330, timings().nextTokenMovedTabs);
        assertEquals(0, timings().nextToken.getTotalCount());
    }

    @Test
    void the_oldest_member_is_counted_apart() {
        follows(0, "a", "n1")
                .follows(0, "b", "n2")
                .runs(10, "a", "t1", "n2", false)
                .kill(100, "n2", true);
        follows(300, "b", "n1").runs(400, "a", "t1", "n1", true).token(430, "a");
        only(330, timings().nextTokenOldest);
        only(200, timings().resumeOldest);
        assertEquals(0, timings().nextToken.getTotalCount());
        assertEquals(0, timings().resume.getTotalCount());
    }

    @Test
    void an_ack_is_timed_from_its_command() {
        entries.add(new Entry.Invoke(at(10), "a", 1, "s1", new JsonObject()));
        entries.add(new Entry.Ok(at(17), "a", 1, "c:1", 1, false, false));
        only(7, timings().ack);
    }
}
