package dev.sessionmesh.store.hazelcast;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.archive.ArchiveSettings;
import dev.sessionmesh.archive.ArchiveSettings.Mode;
import dev.sessionmesh.archive.Mark;
import dev.sessionmesh.core.Budget;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.port.SessionStore.Subscriber;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.State;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How sessions go to the archive, sleep there and come back, on real members. */
final class SleepIT extends Sleepers {
    @BeforeEach
    void startMembers() throws Exception {
        startCluster(SOON, Mode.ASYNC);
    }

    @Test
    void a_session_that_nobody_follows_leaves_the_memory_and_comes_back_as_it_was() throws Exception {
        create();
        talk("t1", "The answer ", "is 42.");
        State before = done(any().view(KEY));
        List<EventBatch> log = log();
        asleep();
        assertTrue(mark().orElseThrow().asleep());
        assertEquals(before, done(any().view(KEY)), "state, ledger and all");
        assertEquals(text(log), text(log()));
        assertEquals(log.getLast().to(), log().getLast().to());
        assertTrue(done(any().submit(input("c1", "hello"))).duplicate(), "what was executed before it slept is known");
        assertEquals(before.lineage(), done(any().view(KEY)).lineage(), "who slept in order has one history");
    }

    @Test
    void whoever_follows_keeps_it_awake() throws Exception {
        create();
        talk("t1", "Hello.");
        Subscriber tab = new Subscriber(
                members.getFirst()
                        .member
                        .hazelcast
                        .getCluster()
                        .getLocalMember()
                        .getUuid()
                        .toString(),
                1);
        done(any().attach(KEY, tab));
        Thread.sleep(1_000);
        assertTrue(inMemory());
        done(any().detach(KEY, tab));
        asleep();
    }

    @Test
    void an_active_turn_keeps_it_awake() throws Exception {
        create();
        done(any().submit(input("c1", "hello")));
        Thread.sleep(1_000);
        assertTrue(inMemory());
        assertFalse(mark().orElseThrow().asleep());
    }

    @Test
    void many_who_want_it_at_once_get_one_and_the_same() throws Exception {
        create();
        talk("t1", "Hello.");
        asleep();
        long hold = mark().orElseThrow().hold();
        List<CompletableFuture<Outcome<SessionStore.Appended>>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(members.get(i % members.size())
                    .store
                    .submit(input("x" + i, "number " + i))
                    .toCompletableFuture());
        }
        long accepted = 0;
        for (CompletableFuture<Outcome<SessionStore.Appended>> one : all) {
            Outcome<SessionStore.Appended> outcome = one.get(20, TimeUnit.SECONDS);
            accepted += outcome instanceof Outcome.Done ? 1 : 0;
            if (outcome instanceof Outcome.Refused<SessionStore.Appended> refused) {
                assertEquals(ErrorCode.QUEUE_FULL, refused.code(), refused.message());
            }
        }
        long inputs = log().stream()
                .flatMap(batch -> batch.events().stream())
                .filter(Event.InputAccepted.class::isInstance)
                .count();
        assertEquals(accepted + 1, inputs);
        assertEquals(hold + 1, mark().orElseThrow().hold(), "it was woken once");
    }

    @Test
    void after_the_death_of_all_nodes_everything_archived_is_there_in_another_history() throws Exception {
        create();
        done(any().submit(input("c1", "hello")));
        done(any().submit(produce(1, claim(), "Half a sen")));
        StoreMember.await("archived", () -> archived() >= head());
        State before = done(any().view(KEY));
        killAll();
        startCluster(NEVER, Mode.ASYNC);
        State after = done(any().view(KEY));
        assertEquals(before.head() + 1, after.head(), "the fork");
        assertEquals(before.turns(), after.turns(), "somebody can take the turn over");
        assertTrue(after.lineage().contains(new Position(before.lineage().current(), before.head())));
        assertFalse(
                after.lineage().contains(new Position(before.lineage().current(), before.head() + 1)),
                "who saw more than was archived is told");
        assertEquals("Half a sen", text(log()));
        assertTrue(members.stream().anyMatch(m -> m.room.figures().recovered.sum() == 1));
    }

    @Test
    void turns_that_nobody_runs_are_found_without_anybody_asking() throws Exception {
        create();
        done(any().submit(input("c1", "hello")));
        StoreMember.await("archived", () -> archived() >= head());
        killAll();
        startCluster(NEVER, Mode.ASYNC);
        StoreMember.await("found", this::inMemory);
        assertTrue(members.stream().anyMatch(m -> m.member.local.active().contains(NAME)));
    }

    @Test
    void in_sync_mode_the_death_of_all_loses_nothing_that_was_acknowledged() throws Exception {
        killAll();
        startCluster(NEVER, Mode.SYNC);
        create();
        long acknowledged = 0;
        for (int i = 0; i < 5; i++) {
            acknowledged = done(any().submit(input("c" + i, "number " + i))).to();
        }
        killAll();
        startCluster(NEVER, Mode.SYNC);
        assertEquals(acknowledged + 1, done(any().view(KEY)).head());
        assertTrue(done(any().submit(input("c3", "number 3"))).duplicate());
    }

    @Test
    void in_sync_mode_nothing_is_acknowledged_that_is_not_archived() throws Exception {
        killAll();
        startCluster(NEVER, Mode.SYNC);
        create();
        archive.away();
        Outcome.Refused<?> refused = assertInstanceOf(Outcome.Refused.class, get(any().submit(input("c1", "hello"))));
        assertEquals(ErrorCode.UNAVAILABLE, refused.code());
        archive.heal();
        StoreMember.await(
                "acknowledged",
                () -> get(any().submit(input("c1", "hello"))) instanceof Outcome.Done<SessionStore.Appended>);
        SessionStore.Appended again = done(any().submit(input("c1", "hello")));
        assertTrue(again.duplicate(), "it had been executed, once");
        assertTrue(archived() >= again.to());
    }

    @Test
    void while_the_archive_is_away_sessions_go_on_and_afterwards_it_catches_up() throws Exception {
        create();
        archive.away();
        talk("t1", "Nobody ", "notices.");
        assertInstanceOf(
                Outcome.Refused.class,
                get(any().view(new SessionKey("default", "unknown"))),
                "and nobody is told that there is no such session");
        assertEquals(
                ErrorCode.UNAVAILABLE,
                ((Outcome.Refused<?>) get(any().view(new SessionKey("default", "unknown")))).code());
        assertEquals(0, archived());
        done(any().createUnderNewId(new SessionKey("default", "made-up"), Profile.ofModel("scripted:test"), 1));
        archive.heal();
        asleep();
        assertEquals("Nobody notices.", text(log()));
    }

    @Test
    void answers_that_are_lost_cost_nothing() throws Exception {
        create();
        archive.loseAnswers();
        talk("t1", "Once.");
        Thread.sleep(600);
        archive.heal();
        asleep();
        assertEquals("Once.", text(log()));
    }

    @Test
    void a_wiped_archive_is_filled_again() throws Exception {
        killAll();
        startCluster(NEVER, Mode.ASYNC);
        create();
        talk("t1", "Still here.");
        StoreMember.await("archived", () -> archived() >= head());
        StoreMember.await("looked at", () -> archive.wasAskedForHealth());
        archive.wipe();
        StoreMember.await("archived again", () -> archived() >= head());
        killAll();
        startCluster(NEVER, Mode.ASYNC);
        assertEquals("Still here.", text(log()));
    }

    @Test
    void of_an_ephemeral_session_the_archive_keeps_nothing() throws Exception {
        Profile secret = new Profile(
                "scripted:test",
                "marker-7f3a",
                "",
                List.of(),
                Map.of(),
                InputPolicy.ENQUEUE,
                Budget.UNLIMITED,
                true,
                0);
        done(any().create(KEY, secret, 1));
        done(any().submit(input("c1", "marker-7f3a")));
        done(any().submit(produce(1, claim(), "marker-7f3a")));
        Thread.sleep(800);
        assertTrue(inMemory());
        assertEquals(Optional.empty(), mark());
        assertTrue(get(archive.find(query("ada"))).sessions().isEmpty());
    }

    @Test
    void what_was_deleted_stays_deleted() throws Exception {
        create();
        talk("t1", "Gone.");
        asleep();
        assertTrue(done(any().delete(KEY)));
        killAll();
        startCluster(NEVER, Mode.ASYNC);
        Outcome.Refused<?> refused = assertInstanceOf(Outcome.Refused.class, get(any().view(KEY)));
        assertEquals(ErrorCode.SESSION_DELETED, refused.code());
        assertInstanceOf(
                Outcome.Refused.class, get(any().create(KEY, Profile.ofModel("scripted:test"), 1)), "nor made anew");
    }

    @Test
    void payloads_that_lie_apart_come_back_too() throws Exception {
        create();
        String longText = "1".repeat(60_000);
        done(any().submit(input("c1", longText)));
        done(any().submit(produceEnd(1, claim())));
        asleep();
        String hash = log().stream()
                .flatMap(batch -> batch.events().stream())
                .filter(Event.InputAccepted.class::isInstance)
                .map(event -> ((Event.InputAccepted) event).text().hash())
                .findFirst()
                .orElseThrow();
        assertArrayEquals(longText.getBytes(StandardCharsets.UTF_8), done(any().blob(KEY, hash)));
    }

    @Test
    void when_the_memory_is_full_those_go_first_that_were_used_longest_ago() throws Exception {
        killAll();
        startCluster(NEVER, Mode.ASYNC);
        create();
        talk("t1", "Hello.");
        Thread.sleep(2_500);
        assertTrue(inMemory());
        members.forEach(m -> m.heapUsed.set(0.9));
        asleep();
    }

    @Test
    void another_cluster_gets_what_sleeps_and_nothing_else() throws Exception {
        create();
        talk("t1", "Hello.");
        asleep();
        ArchiveSettings green = hurried(Mode.ASYNC, "green", NEVER);
        try (ArchivedMember other = ArchivedMember.start("sleep-green", "g", archive, green)) {
            assertEquals("Hello.", text(log(other.store)));
            Outcome.Refused<?> refused = assertInstanceOf(Outcome.Refused.class, get(any().view(KEY)));
            assertEquals(ErrorCode.UNAVAILABLE, refused.code());
        }
    }

    /** As when a cluster is upgraded to a version that its members can't mix with. */
    @Test
    void a_live_session_moves_to_another_cluster_in_the_middle_of_a_sentence() throws Exception {
        killAll();
        startCluster(NEVER, Mode.ASYNC);
        create();
        Subscriber tab = new Subscriber(
                members.getFirst()
                        .member
                        .hazelcast
                        .getCluster()
                        .getLocalMember()
                        .getUuid()
                        .toString(),
                1);
        done(any().attach(KEY, tab));
        done(any().submit(input("c1", "hello")));
        int epoch = claim();
        done(any().submit(produce(1, epoch, "Half a ")));
        State before = done(any().view(KEY));
        for (ArchivedMember member : members) {
            get(member.room.handOver(true));
        }
        StoreMember.await("handed over", () -> mark().filter(Mark::asleep).isPresent());
        assertEquals(
                ErrorCode.UNAVAILABLE,
                refusal(any().submit(produce(1, epoch, "late"))).code());
        for (ArchivedMember member : members) {
            Outcome.Refused<?> refusal = refusal(member.store.view(KEY));
            assertEquals(ErrorCode.UNAVAILABLE, refusal.code(), "it is not here, and not nowhere");
            assertTrue(refusal.isElsewhere(), "whoever follows it here need not wait");
        }
        try (ArchivedMember other =
                ArchivedMember.start("sleep-green", "g", archive, hurried(Mode.ASYNC, "green", NEVER))) {
            StoreMember.await("found, as its turn is due", () -> other.holds(NAME));
            State after = done(other.store.view(KEY));
            assertEquals(before.lineage(), after.lineage(), "one history");
            assertEquals(before.head(), after.head());
            assertEquals("Half a ", text(log(other.store)));
            long beat = after.turn("t1").orElseThrow().beat();
            done(other.store.submit(
                    Envelope.internal(KEY, 4, 0, new Command.Claim("t1", epoch, beat, new Runner("g", "g1")))));
            batchNo = 0;
            done(other.store.submit(produce(1, epoch + 1, "sentence.")));
            assertEquals("Half a sentence.", text(log(other.store)));
        }
    }

    @Test
    void a_hand_over_that_is_called_off_leaves_the_session_where_it_is() throws Exception {
        killAll();
        startCluster(NEVER, Mode.ASYNC);
        create();
        talk("t1", "Hello.");
        archive.away();
        for (ArchivedMember member : members) {
            get(member.room.handOver(true));
        }
        StoreMember.await("held still", () -> !inMemory());
        for (ArchivedMember member : members) {
            get(member.room.handOver(false));
        }
        StoreMember.await("served again", this::inMemory);
        archive.heal();
        assertEquals("Hello.", text(log()));
        done(any().submit(input("c9", "still there?")));
    }

    /** As when the archive was away until a moment ago: what it misses is longer than the part of the log that lies in the session's entry. */
    @Test
    void a_session_of_which_the_archive_misses_much_moves_as_well() throws Exception {
        killAll();
        startCluster(NEVER, Mode.ASYNC);
        create();
        archive.away();
        String longText = "1".repeat(60_000);
        done(any().submit(input("c1", longText)));
        int epoch = claim();
        String sentence = "Whatever is said here is too long to stay where it was said first. ".repeat(20);
        for (int i = 0; i < 60; i++) {
            done(any().submit(produce(1, epoch, sentence)));
        }
        StoreMember.await("sealed", () -> members.stream()
                .flatMap(m -> m.member.local.get(NAME).stream())
                .anyMatch(record -> !record.chunks().isEmpty()));
        for (ArchivedMember member : members) {
            get(member.room.handOver(true));
        }
        StoreMember.await("held still", () -> !inMemory());
        archive.heal();
        StoreMember.await("handed over", () -> mark().filter(Mark::asleep).isPresent());
        try (ArchivedMember other =
                ArchivedMember.start("sleep-green", "g", archive, hurried(Mode.ASYNC, "green", NEVER))) {
            assertEquals(sentence.repeat(60), text(log(other.store)));
        }
    }

    /** Nobody but the node that let it go knows of it, and the other cluster can't have it until the archive knows. */
    @Test
    void a_session_is_not_handed_over_before_the_archive_knows_and_it_is_told_until_it_does() throws Exception {
        killAll();
        startCluster(NEVER, Mode.ASYNC);
        create();
        talk("t1", "Hello.");
        archive.letNobodyRest();
        for (ArchivedMember member : members) {
            get(member.room.handOver(true));
        }
        StoreMember.await(
                "out of the memory",
                () -> left() == 1
                        && members.stream()
                                .noneMatch(m -> m.holds(NAME)
                                        || m.member.local.heldStill(NAME).isPresent()));
        Thread.sleep(500);
        assertEquals(1, left(), "whoever waits for the hand-over must not be told that it is over");
        assertFalse(refusal(any().view(KEY)).isElsewhere(), "nor whoever follows it be sent to where it is not yet");
        archive.heal();
        StoreMember.await("handed over", () -> left() == 0);
        assertTrue(mark().orElseThrow().asleep());
        assertTrue(refusal(any().view(KEY)).isElsewhere());
    }

    private int left() {
        return members.stream()
                .mapToInt(m -> m.room.status().getJsonObject("handOver").getInteger("left"))
                .sum();
    }

    @Test
    void sessions_are_listed_by_who_took_part_and_what_they_do() throws Exception {
        create();
        talk("t1", "Hello.");
        asleep();
        StoreMember.await("listed", () -> get(archive.find(query("ada"))).sessions().stream()
                .anyMatch(found -> found.asleep() && found.state().equals("idle")));
        assertTrue(get(archive.find(query("nobody"))).sessions().isEmpty());
    }
}
