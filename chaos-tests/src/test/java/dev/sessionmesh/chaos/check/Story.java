package dev.sessionmesh.chaos.check;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.chaos.history.Stamp;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A hand-made run of session s1: {@link #good} is one that keeps every promise, the tests break one thing each. */
final class Story {

    private static final Stamp AT = new Stamp(0, 0);

    final History history = new History();
    final List<Seen> log = new ArrayList<>();

    /** An input, its turn with a takeover, an approval with a loser, a second answer; two tabs saw it all. */
    static Story good() {
        Story story = new Story();
        story.logs(input(1, "c:1", "t1", "slow 4"));
        story.logs(Seen.event("turn", 2, new JsonObject().put("turn", "t1")));
        story.logs(status(3, "t1", "in_progress", 1, "n1"));
        story.logs(Seen.token(4, 5, "m1", "0 1 "));
        story.logs(takeover(6, "t1", 2, "n2"));
        story.logs(Seen.token(7, 8, "m1", "2 3 "));
        story.logs(status(9, "t1", "completed", 2, "n2"));
        story.logs(input(10, "c:2", "t2", "approve"));
        story.logs(Seen.event("turn", 11, new JsonObject().put("turn", "t2")));
        story.logs(status(12, "t2", "in_progress", 1, "n1"));
        story.logs(resolved(13, "k1", "approved"));
        story.logs(status(14, "t2", "completed", 1, "n1"));
        story.sends("a", "input", "text", "slow 4").acked("a", 1, "c:1", 1);
        story.sends("a", "input", "text", "approve").acked("a", 2, "c:2", 10);
        story.sends("a", "approve", "callId", "k1").acked("a", 3, "c:3", 13);
        story.sends("b", "reject", "callId", "k1").add(new Entry.Fail(AT, "b", 4, "already_decided"));
        story.opened("a", 0).opened("b", 0);
        story.log.forEach(seen -> story.sees("a", seen));
        for (Seen seen : story.log) {
            if (seen.seq() == 8) {
                story.sees("b", Seen.token(7, 7, "m1", "2 ")).sees("b", Seen.token(8, 8, "m1", "3 "));
            } else {
                story.sees("b", seen);
            }
        }
        return story;
    }

    static Seen input(long seq, String id, String turn, String text) {
        return Seen.event(
                "input", seq, new JsonObject().put("id", id).put("turn", turn).put("text", text));
    }

    static Seen status(long seq, String turn, String status, long epoch, String runner) {
        return Seen.event(
                "agent_status",
                seq,
                new JsonObject()
                        .put("turn", turn)
                        .put("status", status)
                        .put("runEpoch", epoch)
                        .put("runner", runner));
    }

    static Seen takeover(long seq, String turn, long epoch, String runner) {
        Seen seen = status(seq, turn, "in_progress", epoch, runner);
        seen.more().put("takeover", true);
        return seen;
    }

    static Seen resolved(long seq, String callId, String decision) {
        return Seen.event(
                "approval_resolved", seq, new JsonObject().put("callId", callId).put("decision", decision));
    }

    static Seen result(long seq, String callId, String result) {
        return Seen.event(
                "tool_result", seq, new JsonObject().put("callId", callId).put("result", result));
    }

    /** A tab offers a result and is told that it was taken. */
    Story offers(String process, String callId, String result) {
        long op = history.nextOp();
        JsonObject command = new JsonObject()
                .put("type", "tool_result")
                .put("callId", callId)
                .put("result", result);
        return add(new Entry.Invoke(AT, process, op, "s1", command)).acked(process, op, "x:" + op, 15);
    }

    /** A turn of session s2 that begins, and makes its next progress after {@code pause}. */
    Story seesAfter(Duration pause, String process, String turn) {
        sees(process, "s2", 0, Seen.event("turn", 1, new JsonObject().put("turn", turn)));
        sees(process, "s2", 0, status(2, turn, "in_progress", 1, "n1"));
        return sees(process, "s2", pause.toNanos(), status(3, turn, "completed", 1, "n1"));
    }

    Story sees(String process, String session, long ns, Seen seen) {
        return add(new Entry.Received(new Stamp(0, ns), process, session, seen));
    }

    Story logs(Seen seen) {
        log.add(seen);
        return this;
    }

    Story add(Entry entry) {
        history.add(entry);
        return this;
    }

    /** Turns that nobody begins. */
    Story queues(long seq, int turns) {
        for (int i = 0; i < turns; i++) {
            logs(Seen.event("turn", seq + i, new JsonObject().put("turn", "q" + i)));
        }
        return this;
    }

    Story rests(String node, double heap, int running) {
        JsonObject figures = new JsonObject().put(Entry.Vitals.HEAP, heap).put("running", running);
        return add(new Entry.Vitals(AT, node, figures));
    }

    Story opened(String process, long after) {
        return add(new Entry.Opened(AT, process, "s1", after));
    }

    Story snapshot(String process, long seq) {
        return add(new Entry.Following(AT, process, "s1", "n1", seq, seq));
    }

    Story sees(String process, Seen seen) {
        return add(new Entry.Received(AT, process, "s1", seen));
    }

    Story sends(String process, String type, String field, String value) {
        JsonObject command = new JsonObject().put("type", type).put(field, value);
        return add(new Entry.Invoke(AT, process, history.nextOp(), "s1", command));
    }

    Story acked(String process, long op, String id, long seq) {
        return add(new Entry.Ok(AT, process, op, id, seq, false, false));
    }

    /** Puts another event in the place of the logged one with its seq. */
    Story insteadLogs(Seen seen) {
        log.replaceAll(was -> was.seq() == seen.seq() ? seen : was);
        return this;
    }

    Evidence evidence() {
        return new Evidence(history, Map.of("s1", List.copyOf(log)));
    }
}
