package dev.sessionmesh.store.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.archive.ArchiveSettings;
import dev.sessionmesh.archive.ArchiveSettings.Mode;
import dev.sessionmesh.archive.Mark;
import dev.sessionmesh.archive.Retention;
import dev.sessionmesh.core.Budget;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.port.SessionStore.Subscriber;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What happens to sessions while they sleep, on real members. */
final class UpkeepIT extends Sleepers {
    private static final int PIECES = 40;

    private void start(Retention.Rules rules) throws Exception {
        String cluster = "upkeep-" + clusters++;
        ArchiveSettings settings = hurried(Mode.ASYNC, "mesh", SOON);
        members.add(ArchivedMember.start(cluster, "a", archive, settings, Retention.of(rules)));
        members.add(ArchivedMember.start(cluster, "b", archive, settings, Retention.of(rules), members.getFirst()));
    }

    @Test
    void who_slept_longer_than_is_kept_is_erased_and_who_is_used_is_not() throws Exception {
        start(new Retention.Rules(Duration.ofSeconds(1), 0, 0, Duration.ZERO));
        SessionKey used = new SessionKey("default", "used");
        done(any().create(used, Profile.ofModel("scripted:test"), 1));
        String node = members.getFirst()
                .member
                .hazelcast
                .getCluster()
                .getLocalMember()
                .getUuid()
                .toString();
        done(any().attach(used, new Subscriber(node, 1)));
        create();
        talk("t1", "Long ago.");
        StoreMember.await("erased", () -> mark().filter(Mark::deleted).isPresent());
        StoreMember.await("counted", () -> members.stream()
                .anyMatch(m -> m.room.figures().retired.sum() == 1));
        assertEquals(Set.of("session"), archive.leftovers(KEY).keySet(), "but its tombstone");
        assertEquals(
                ErrorCode.SESSION_DELETED,
                assertInstanceOf(Outcome.Refused.class, get(any().view(KEY))).code());
        Thread.sleep(500);
        assertEquals(0, done(any().view(used)).head());
        assertEquals(
                1,
                members.stream().mapToLong(m -> m.room.figures().retired.sum()).sum());
    }

    @Test
    void of_who_slept_long_the_text_is_kept_and_what_was_said_since_as_it_was() throws Exception {
        start(new Retention.Rules(Duration.ZERO, 0, 0, Duration.ofDays(1)));
        create();
        // It is long ago that it was used: in 1970.
        talk("t1", pieces());
        List<EventBatch> before = log();
        StoreMember.await("compacted", () -> compacted() == 1);
        Mark slept = mark().orElseThrow();
        assertTrue(slept.asleep());
        State state = done(any().view(KEY));
        assertEquals(text(before), text(log()));
        assertEquals(before.getLast().to(), log().getLast().to());
        long floor = state.lineage().floor();
        assertTrue(floor > PIECES && floor < state.head(), "at " + floor);
        assertEquals(1, log().stream().filter(batch -> batch.foldedTo() > 0).count(), "one run of " + PIECES);
        assertTrue(done(any().submit(input("c1", "hello"))).duplicate(), "what was executed is known");

        done(any().submit(input("c2", "and?")));
        done(any().submit(Envelope.internal(KEY, 2, 0, new Command.Claim("t2", 0, 0, new Runner("a", "a1")))));
        batchNo = 0;
        done(any().submit(produce(2, 1, "More.")));
        assertEquals(text(before) + "More.", text(log()));
        assertEquals(floor, done(any().view(KEY)).lineage().floor());
        StoreMember.await("archived", () -> archived() == head());
        killAll();
        start(Retention.Rules.NONE);
        assertEquals(text(before) + "More.", text(log()), "what was folded comes back from the archive");
        assertEquals(floor, done(any().view(KEY)).lineage().floor());
    }

    @Test
    void a_session_may_ask_to_be_kept_for_a_short_time_and_is_erased_when_that_is_over() throws Exception {
        start(Retention.Rules.NONE);
        Profile brief = new Profile(
                "scripted:test", "", "", List.of(), Map.of(), InputPolicy.ENQUEUE, Budget.UNLIMITED, false, 1);
        done(any().create(KEY, brief, 1));
        // In 1970 too.
        talk("t1", "Hello.");
        StoreMember.await("erased", () -> mark().filter(Mark::deleted).isPresent());
        assertEquals(Set.of("session"), archive.leftovers(KEY).keySet(), "but its tombstone");
        assertEquals(ErrorCode.SESSION_DELETED, refusal(any().view(KEY)).code());
        StoreMember.await(
                "counted",
                () -> members.stream()
                                .mapToLong(m -> m.room.figures().retired.sum())
                                .sum()
                        == 1);
    }

    private long compacted() {
        return members.stream().mapToLong(m -> m.room.figures().compacted.sum()).sum();
    }

    private static String[] pieces() {
        return IntStream.range(0, PIECES).mapToObj(i -> "word" + i + " ").toArray(String[]::new);
    }
}
