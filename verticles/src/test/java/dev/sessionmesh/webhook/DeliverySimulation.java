package dev.sessionmesh.webhook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.SessionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What receivers are promised, while nodes die, sessions move, stores and receivers fail, seed after seed. */
final class DeliverySimulation {
    private static final int SEEDS = 100;
    private static final int SESSIONS = 12;
    /** Small, so that requests are cut often. */
    private static final WebhookLimits LIMITS = new WebhookLimits(
            16,
            2_048,
            32,
            256,
            3,
            3,
            400,
            1_000,
            4,
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            Duration.ofMinutes(5),
            Duration.ofHours(1),
            Duration.ofHours(72));

    @Test
    void each_session_arrives_in_order_without_a_gap_and_once_by_id_whatever_dies() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            SimWorld world = new SimWorld(seed, LIMITS);
            SimWorld.Receiver good = world.receiver("good");
            SimWorld.Receiver some = world.receiver("some", "s1*");
            SimWorld.Receiver dead = world.receiver("dead");
            dead.dead = true;
            storm(world, List.of(good, some));
            heal(world);
            check(seed, world, good, "s");
            check(seed, world, some, "s1");
            assertEquals(List.of(), dead.taken);
            assertEquals(world.deleted.keySet(), world.untold, "seed " + seed + ": the dead one is still to be told");
            world.shelf.remove(SimWorld.TENANT, "dead");
            int requests = good.requests + some.requests;
            world.time.runFor(60_000);
            assertEquals(requests, good.requests + some.requests, "seed " + seed + ": all is delivered");
            assertEquals(Set.of(), world.untold, "seed " + seed + ": nobody is left to be told");
            for (SessionKey key : world.deleted.keySet()) {
                for (String id : List.of("good", "some", "dead")) {
                    assertForgotten(seed, world, key, id);
                }
            }
        }
    }

    private static void storm(SimWorld world, List<SimWorld.Receiver> receivers) {
        for (int i = 0; i < 3; i++) {
            world.node();
        }
        world.trouble = 0.05;
        for (SimWorld.Receiver receiver : receivers) {
            receiver.fails = 0.1;
            receiver.refuses = 0.05;
            receiver.asksForPatience = 0.02;
            receiver.answersTooLate = 0.1;
        }
        for (int step = 0; step < 250; step++) {
            world.time.runFor(world.time.below(600));
            SessionKey next = SimWorld.key(world.time.below(SESSIONS));
            if (!world.deleted.containsKey(next)) {
                world.append(next);
                if (world.time.happens(0.02)) {
                    world.delete(next);
                    world.time.runFor(world.time.below(1_500));
                    if (world.alive().size() > 1) {
                        world.owner(next).orElseThrow().kill();
                    }
                }
            }
            if (world.time.happens(0.05) && world.alive().size() > 1) {
                world.alive().get(world.time.below(world.alive().size())).kill();
            }
            if (world.time.happens(0.05) && world.alive().size() < 3) {
                world.node();
            }
            if (world.time.happens(0.03)) {
                world.rebalance();
            }
            if (world.time.happens(0.02)) {
                SessionKey key = SimWorld.key(world.time.below(SESSIONS));
                if (!world.deleted.containsKey(key)) {
                    world.replay(key, "good", world.time.below((int) world.head(key) + 2) - 1);
                }
            }
        }
    }

    private static void heal(SimWorld world) {
        world.trouble = 0;
        world.receivers.values().forEach(receiver -> {
            receiver.fails = 0;
            receiver.refuses = 0;
            receiver.asksForPatience = 0;
            receiver.answersTooLate = 0;
        });
        world.time.runFor(Duration.ofMinutes(30).toMillis());
    }

    /** What a receiver makes of it that remembers the ids it has seen. */
    private static void check(long seed, SimWorld world, SimWorld.Receiver receiver, String prefix) {
        Set<String> ids = new HashSet<>();
        Map<String, List<Long>> contents = new HashMap<>();
        Map<String, TreeMap<Long, List<Long>>> stories = new HashMap<>();
        for (SimWorld.Received request : receiver.taken) {
            List<Long> before = contents.putIfAbsent(request.id(), request.seqs());
            assertTrue(before == null || before.equals(request.seqs()), "seed " + seed + ": one id, two contents");
            if (ids.add(request.id())) {
                stories.computeIfAbsent(request.session(), session -> new TreeMap<>())
                        .computeIfAbsent(request.replay(), replay -> new ArrayList<>())
                        .addAll(request.seqs());
            }
        }
        for (SessionKey key : world.logs.keySet()) {
            List<Long> all = world.created.containsKey(key) ? world.expected(key, -1) : List.of();
            boolean deleted = world.deleted.containsKey(key);
            long end = world.head(key) + 1;
            if (!key.id().startsWith(prefix)) {
                assertTrue(!stories.containsKey(key.id()), "seed " + seed + ": " + key + " was not asked for");
                continue;
            }
            TreeMap<Long, List<Long>> story = stories.getOrDefault(key.id(), new TreeMap<>());
            String what = "seed " + seed + ", " + key + ": " + story + " of " + all;
            if (all.isEmpty()) {
                assertTrue(story.isEmpty(), what);
                continue;
            }
            assertEquals(
                    deleted ? end : all.getLast(), story.lastEntry().getValue().getLast(), what);
            if (deleted) {
                // What was not delivered by then never is.
                story.lastEntry().getValue().removeLast();
            }
            story.forEach((replay, seqs) -> {
                int from = replay == 0 || seqs.isEmpty() ? 0 : all.indexOf(seqs.getFirst());
                assertTrue(from >= 0 && from + seqs.size() <= all.size(), what);
                assertEquals(all.subList(from, from + seqs.size()), seqs, what);
            });
        }
    }

    @Test
    void a_dead_receiver_costs_a_probe_now_and_then_and_delays_nobody() {
        SimWorld world = new SimWorld(1, WebhookLimits.DEFAULT);
        SimWorld.Receiver good = world.receiver("good");
        SimWorld.Receiver dead = world.receiver("dead");
        dead.dead = true;
        world.node();
        Map<String, Long> appended = new HashMap<>();
        for (int step = 0; step < 600; step++) {
            SessionKey key = SimWorld.key(world.time.below(200));
            world.append(key);
            appended.put(key.id() + " " + world.head(key), world.time.now());
            world.time.runFor(1_000);
        }
        world.time.runFor(10_000);
        for (SimWorld.Received request : good.taken) {
            Long at = appended.get(request.session() + " " + request.seqs().getLast());
            if (at != null) {
                assertTrue(request.at() - at < 1_000, request + " came " + (request.at() - at) + " ms late");
            }
        }
        assertTrue(good.taken.size() > 300, good.taken.size() + " requests");
        assertTrue(dead.requests < 40, "asked " + dead.requests + " times in ten minutes");
        dead.dead = false;
        world.time.runFor(120_000);
        check(1, world, dead, "s");
    }

    @Test
    void a_session_that_is_refused_holds_up_itself_only() {
        SimWorld world = new SimWorld(3, WebhookLimits.DEFAULT);
        SimWorld.Receiver fussy = world.receiver("fussy");
        world.node();
        fussy.refusedSession = "s0";
        Map<String, Long> appended = new HashMap<>();
        for (int step = 0; step < 300; step++) {
            SessionKey key = SimWorld.key(step % 10);
            world.append(key);
            appended.put(key.id() + " " + world.head(key), world.time.now());
            world.time.runFor(2_000);
        }
        for (SimWorld.Received request : fussy.taken) {
            assertTrue(!request.session().equals("s0"));
            Long at = appended.get(request.session() + " " + request.seqs().getLast());
            assertTrue(at == null || request.at() - at < 2_000, request + " waited for another session");
        }
        fussy.refusedSession = "";
        world.time.runFor(LIMITS.backOffSession().multipliedBy(4).toMillis());
        check(3, world, fussy, "s");
    }

    @Test
    void a_webhook_that_fails_for_days_is_paused_across_deaths_and_goes_on_when_resumed() {
        SimWorld world = new SimWorld(4, WebhookLimits.DEFAULT);
        SimWorld.Receiver dead = world.receiver("dead");
        dead.dead = true;
        world.node();
        world.node();
        for (int day = 0; day < 3; day++) {
            for (int i = 0; i < 10; i++) {
                world.append(SimWorld.key(i));
            }
            world.time.runFor(Duration.ofHours(23).toMillis());
            assertEquals(Endpoint.Pause.NOT, world.kept("dead").health().pause());
            assertTrue(world.kept("dead").health().failingSince() > 0);
            world.alive().getFirst().kill();
            world.node();
        }
        world.time.runFor(Duration.ofHours(4).toMillis());
        assertEquals(Endpoint.Pause.FAILING, world.kept("dead").health().pause());
        assertEquals("not_reached", world.kept("dead").health().lastError());
        int asked = dead.requests;
        dead.dead = false;
        world.time.runFor(Duration.ofHours(4).toMillis());
        assertEquals(asked, dead.requests, "a paused webhook is left alone");
        world.shelf.replace(world.kept("dead"), world.kept("dead").with(Endpoint.Health.GOOD));
        world.time.runFor(60_000);
        check(4, world, dead, "s");
    }

    @Test
    void nothing_is_asked_of_store_or_receiver_while_nothing_happens() {
        SimWorld world = new SimWorld(2, WebhookLimits.DEFAULT);
        SimWorld.Receiver good = world.receiver("good");
        world.node();
        for (int i = 0; i < 50; i++) {
            world.append(SimWorld.key(i));
        }
        world.time.runFor(60_000);
        int requests = good.requests;
        int reads = world.reads;
        world.time.runFor(Duration.ofHours(1).toMillis());
        assertEquals(requests, good.requests);
        assertEquals(reads, world.reads);
        check(2, world, good, "s");
    }

    @Test
    void a_deletion_is_told_whoever_dies_and_then_forgotten() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            SimWorld world = new SimWorld(seed, LIMITS);
            SimWorld.Receiver good = world.receiver("good");
            world.node();
            world.node();
            SessionKey key = SimWorld.key(0);
            world.create(key);
            world.time.runFor(5_000);
            world.delete(key);
            world.time.runFor(200 + world.time.below(400));
            world.owner(key).orElseThrow().kill();
            world.time.runFor(30_000);
            check(seed, world, good, "s");
            assertEquals(Set.of(), world.untold, "seed " + seed);
            assertForgotten(seed, world, key, "good");
        }
    }

    /** One stays where somebody dies just before he forgets it, as some bytes that nobody reads. */
    private static void assertForgotten(long seed, SimWorld world, SessionKey key, String id) {
        assertTrue(
                world.cursors.at(key, id).filter(cursor -> !cursor.isEnded()).isEmpty(), "seed " + seed + ": " + key);
    }

    @Test
    void who_does_not_ask_for_deletions_is_waited_for_by_nobody() {
        SimWorld world = new SimWorld(5, LIMITS);
        SimWorld.Receiver good = world.receiver("good", List.of("session_created"));
        world.node();
        world.create(SimWorld.key(0));
        world.time.runFor(1_000);
        world.delete(SimWorld.key(0));
        assertEquals(Set.of(), world.untold);
        world.time.runFor(1_000);
        assertEquals(
                List.of(List.of(0L)),
                good.taken.stream().map(SimWorld.Received::seqs).toList());
        assertEquals(Optional.empty(), world.cursors.at(SimWorld.key(0), "good"));
    }
}
