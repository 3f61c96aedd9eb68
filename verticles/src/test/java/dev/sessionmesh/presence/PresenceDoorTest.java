package dev.sessionmesh.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.presence.Attendee;
import dev.sessionmesh.core.presence.PresenceChange;
import dev.sessionmesh.core.presence.PresenceLimits;
import dev.sessionmesh.core.presence.PresenceMessage;
import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.loop.Loops;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Three nodes with a bus and a clock that the test moves. */
class PresenceDoorTest {
    private static final SessionKey KEY = new SessionKey("default", "s1");
    private static final PresenceLimits LIMITS = PresenceLimits.DEFAULT;

    private final FakeLoop loop = new FakeLoop();
    private final FakeBus bus = new FakeBus();
    private final Set<String> members = new TreeSet<>(Set.of("n1", "n2", "n3"));
    private final Map<String, Presence> doors = new HashMap<>();

    PresenceDoorTest() {
        for (String name : members) {
            Presence door = new Presence(
                    loop,
                    bus,
                    name,
                    () -> others(name),
                    LIMITS,
                    () -> Instant.ofEpochMilli(1_700_000_000_000L + loop.millis));
            door.start();
            doors.put(name, door);
        }
    }

    private Set<String> others(String name) {
        Set<String> others = new TreeSet<>(members);
        others.remove(name);
        return others;
    }

    private Attendance join(String node, String tab) {
        return doors.get(node).join(KEY, tab, new Actor(Actor.Kind.PERSON, "user"), "");
    }

    private static List<String> tabs(PresenceChange change) {
        return change.here().stream().map(Attendee::tab).toList();
    }

    @Test
    void thousands_of_tabs_on_sessions_that_nobody_watches_send_nothing_and_ask_for_no_timer() {
        List<Attendance> tabs = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            tabs.add(join("n" + (1 + i % 3), "t" + i));
        }
        loop.pass(5_000);
        tabs.forEach(Attendance::leave);
        loop.pass(5_000);
        assertEquals(0, bus.sent);
        assertEquals(0, loop.timers);
    }

    @Test
    void a_thousand_who_do_not_ask_cost_those_who_do_a_frame_an_interval() {
        Shown shown = new Shown();
        doors.get("n1").watch(KEY, shown);
        loop.pass(1_000);
        int before = bus.sent;
        shown.changes.clear();
        for (int i = 0; i < 1_000; i++) {
            join("n2", "t" + i);
            loop.pass(1);
        }
        loop.pass(1_000);
        assertEquals(1_000 - LIMITS.listed(), shown.changes.getLast().more());
        assertTrue(shown.changes.size() <= 6, shown.changes.size() + " frames in a second");
        assertTrue(bus.sent - before <= 20, (bus.sent - before) + " messages in two seconds");
    }

    @Test
    void watchers_on_one_loop_hear_the_same_and_a_late_one_begins_with_all_of_it() {
        join("n2", "a");
        Shown first = new Shown();
        Shown second = new Shown();
        doors.get("n1").watch(KEY, first);
        loop.pass(1_000);
        doors.get("n1").watch(KEY, second);
        loop.pass(10);
        assertEquals(List.of("a"), tabs(second.changes.getFirst()));
        assertTrue(second.changes.getFirst().full());
        assertEquals(1, first.changes.size());
        join("n3", "b");
        loop.pass(1_000);
        assertEquals(first.changes.getLast(), second.changes.getLast());
        assertFalse(second.changes.getLast().full());
    }

    @Test
    void a_list_asks_all_nodes_and_says_when_one_did_not_answer() {
        join("n2", "a");
        join("n3", "b");
        loop.pass(10);
        Future<Attending> whole = doors.get("n1").list(KEY);
        loop.pass(20);
        assertEquals(2, whole.result().all().here().size());
        assertFalse(whole.result().partial());
        bus.deaf.add("n3");
        Future<Attending> other = doors.get("n2").list(KEY);
        loop.pass(LIMITS.interval().toMillis() + 20);
        assertEquals(List.of("a"), tabs(other.result().all()));
        assertTrue(other.result().partial());
    }

    @Test
    void after_the_last_watcher_the_nodes_soon_say_nothing_more() {
        join("n2", "a");
        Shown shown = new Shown();
        doors.get("n1").watch(KEY, shown);
        loop.pass(1_000);
        doors.get("n1").unwatch(KEY, shown);
        loop.pass(7_000);
        int before = bus.sent;
        join("n2", "b");
        loop.pass(10_000);
        assertEquals(0, bus.sent - before);
    }

    @Test
    void a_node_that_left_has_nobody_any_more() {
        join("n2", "a");
        join("n2", "b");
        Shown shown = new Shown();
        doors.get("n1").watch(KEY, shown);
        loop.pass(1_000);
        members.remove("n2");
        doors.get("n1").nodeGone("n2");
        loop.pass(LIMITS.interval().toMillis());
        assertEquals(2, shown.changes.size());
        assertEquals(2, shown.changes.getLast().left().size());
    }

    private static final class Shown implements PresenceListener {
        private final List<PresenceChange> changes = new ArrayList<>();

        @Override
        public void shown(PresenceChange change) {
            changes.add(change);
        }
    }

    private final class FakeBus implements PresenceBus {
        private final Map<String, Consumer<PresenceMessage>> receivers = new HashMap<>();
        private final Set<String> deaf = new TreeSet<>();
        private int sent;

        @Override
        public void send(String node, PresenceMessage message) {
            sent++;
            if (!deaf.contains(node)) {
                loop.execute(() -> receivers.get(node).accept(message));
            }
        }

        @Override
        public Future<Void> receive(String node, Loop at, Consumer<PresenceMessage> receiver) {
            receivers.put(node, receiver);
            return Future.succeededFuture();
        }
    }

    /** Every loop of every node. */
    private static final class FakeLoop implements Loop, Loops {
        private record Work(long at, long number, Runnable work) implements Comparable<Work> {
            @Override
            public int compareTo(Work other) {
                return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
            }
        }

        private final PriorityQueue<Work> queue = new PriorityQueue<>();
        private long number;
        private long millis = 1_000;
        private int timers;

        void pass(long more) {
            long until = millis + more;
            while (!queue.isEmpty() && queue.peek().at <= until) {
                Work next = queue.remove();
                millis = Math.max(millis, next.at);
                next.work.run();
            }
            millis = until;
        }

        @Override
        public void execute(Runnable work) {
            queue.add(new Work(millis, number++, work));
        }

        @Override
        public void after(long wait, Runnable work) {
            timers++;
            queue.add(new Work(millis + wait, number++, work));
        }

        @Override
        public Timer every(long wait, Runnable work) {
            throw new UnsupportedOperationException("nothing here happens for ever");
        }

        @Override
        public <T> Future<T> bring(CompletionStage<T> stage) {
            return Future.fromCompletionStage(stage);
        }

        @Override
        public Loop create() {
            return this;
        }

        @Override
        public Loop current() {
            return this;
        }

        @Override
        public long nanos() {
            return millis * 1_000_000;
        }
    }
}
