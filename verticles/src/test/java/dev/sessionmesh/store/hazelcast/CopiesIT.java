package dev.sessionmesh.store.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.Lineage;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.port.SessionStore.Appended;
import dev.sessionmesh.core.port.SessionStore.Slice;
import dev.sessionmesh.core.port.SessionStore.Subscriber;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens between the copies of a session: repair, sealing, the loss of members, the loss of the majority. */
final class CopiesIT {
    private static final Limits SMALL = new Limits(
            2_097_152,
            32_768,
            1_048_576,
            200_000,
            262_144,
            64,
            100,
            64,
            16,
            32,
            48,
            256,
            32,
            16,
            16,
            64,
            128,
            512,
            4_096,
            16,
            64,
            512,
            16_384,
            65_536,
            65_536,
            16_384,
            64,
            32,
            Limits.DEFAULT.stall(),
            Limits.DEFAULT.queueWait(),
            Limits.DEFAULT.approvalWait(),
            Limits.DEFAULT.toolWait(),
            Limits.DEFAULT.toolClaim(),
            Limits.DEFAULT.lease(),
            Limits.DEFAULT.heartbeat(),
            Limits.DEFAULT.presence());
    private static final SessionKey KEY = new SessionKey("default", "s1");
    private static final String NAME = KEY.toString();
    private static final String LONG = "1".repeat(80_000);

    private final List<StoreMember> members = new ArrayList<>();
    private long batchNo;
    private long written;

    @BeforeEach
    void startMembers() throws Exception {
        members.add(start("a"));
        members.add(start("b"));
        members.add(start("c"));
        done(anyone().store.create(KEY, Profile.ofModel("scripted:test"), 1));
        StoreMember.await("three copies", () -> members.stream()
                .allMatch(m -> m.local.get(NAME).isPresent()));
        done(anyone().store
                .submit(new Envelope(
                        KEY,
                        CommandId.parse("c1"),
                        1,
                        Origin.SYSTEM,
                        2,
                        0,
                        new Command.Input(Payload.of("hello"), Optional.empty()))));
        done(submit(new Command.Claim("t1", 0, 0, new Runner("a", "a1"))));
    }

    @AfterEach
    void stopMembers() {
        members.forEach(StoreMember::close);
    }

    @Test
    void every_copy_holds_the_same_log() throws Exception {
        for (int i = 0; i < 10; i++) {
            token("word " + i + " ");
        }
        assertEquals(
                1, members.stream().map(m -> m.copy(NAME).hash()).distinct().count());
        assertEquals(
                1,
                members.stream()
                        .map(m -> m.copy(NAME).state().head())
                        .distinct()
                        .count());
    }

    @Test
    void a_copy_that_went_astray_is_repaired_before_anything_is_acknowledged() throws Exception {
        token("first ");
        StoreMember backup =
                members.stream().filter(m -> !m.owns(NAME)).findFirst().orElseThrow();
        SessionRecord good = backup.copy(NAME);
        damage(backup, good);
        token("second ");
        StoreMember.await(
                "repaired", () -> backup.copy(NAME).hash() == owner().copy(NAME).hash());
        assertEquals(List.of("first second "), text());
    }

    @Test
    void long_tails_are_sealed_and_read_as_one_log() throws Exception {
        StringBuilder said = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            token("token-" + i + " ");
            said.append("token-").append(i).append(' ');
            owner().sealer.sealIfLong(NAME);
        }
        StoreMember.await("sealed", () -> owner().copy(NAME).chunks().size() >= 3);
        SessionRecord session = owner().copy(NAME);
        assertTrue(session.tailBytes() < SMALL.tailHardBytes());
        long next = 1;
        for (ChunkRef chunk : session.chunks()) {
            assertEquals(next, chunk.from(), "chunks have no holes");
            next = chunk.to() + 1;
        }
        assertEquals(next, session.tailFrom());
        assertEquals(List.of(said.toString()), text());
        for (long after : new long[] {1, 3, 4, 17, 101, 202}) {
            Slice slice = done(anyone().store.read(KEY, after, 1 << 20));
            assertEquals(after + 1, slice.batches().getFirst().from(), "cut exactly behind " + after);
        }
    }

    @Test
    void sealing_changes_nothing_that_was_shown() throws Exception {
        List<EventBatch> shown = new ArrayList<>();
        for (int i = 1; i <= 60; i++) {
            token("w" + i + " ");
            shown.addAll(done(anyone().store.read(KEY, written - 1, 1 << 20)).batches());
            if (i % 7 == 0) {
                Appended steered = done(anyone().store
                        .submit(new Envelope(
                                KEY,
                                CommandId.parse("s" + i),
                                i,
                                Origin.SYSTEM,
                                1_000 + i,
                                0,
                                new Command.Steer("", "go " + i))));
                shown.add(steered.batch());
                written = steered.to();
                resolve("s" + i / 7);
                shown.addAll(
                        done(anyone().store.read(KEY, written - 1, 1 << 20)).batches());
            }
        }
        StoreMember.await("sealed", () -> owner().copy(NAME).chunks().size() >= 2);
        List<EventBatch> stored = done(anyone().store.read(KEY, 3, 1 << 20)).batches();
        assertEquals(timed(shown), timed(stored));
    }

    private void resolve(String steer) throws Exception {
        batchNo++;
        written = done(submit(new Command.Produce("t1", 1, batchNo, List.of(new Output.SteerConsumed(steer)))))
                .to();
    }

    /** What a reader is shown, piece by piece: tokens as text, everything else with its time. */
    private static List<String> timed(List<EventBatch> batches) {
        List<String> rows = new ArrayList<>();
        for (EventBatch batch : batches) {
            long seq = batch.from();
            for (Event event : batch.events()) {
                if (event instanceof Event.Tokens tokens) {
                    for (int piece = 0; piece < tokens.run().pieces(); piece++) {
                        rows.add(seq + piece + " "
                                + tokens.run().cut(piece, piece + 1).text());
                    }
                } else {
                    rows.add(seq + " " + batch.at() + " " + event);
                }
                seq += event.span();
            }
        }
        return rows;
    }

    @Test
    void acknowledged_appends_survive_any_two_members() throws Exception {
        for (int i = 0; i < 20; i++) {
            token("a" + i + " ");
        }
        long head = written;
        StoreMember survivor = members.get(1);
        for (StoreMember member : List.copyOf(members)) {
            if (member != survivor) {
                member.crash();
                members.remove(member);
            }
        }
        StoreMember.await("the survivor owns it", () -> survivor.owns(NAME));
        assertEquals(head, done(survivor.store.view(KEY)).head());
        token("after ");
        assertTrue(text().getFirst().endsWith("a19 after "));
    }

    @Test
    void an_acknowledged_blob_survives_any_two_members() throws Exception {
        String hash = hash(done(input("long", LONG)));
        StoreMember survivor = members.get(1);
        for (StoreMember member : List.copyOf(members)) {
            if (member != survivor) {
                member.crash();
                members.remove(member);
            }
        }
        StoreMember.await("the survivor owns it", () -> survivor.owns(NAME));
        assertEquals(LONG, new String(done(survivor.store.blob(KEY, hash)), StandardCharsets.UTF_8));
    }

    @Test
    void no_blob_is_stored_without_a_majority() throws Exception {
        StoreMember asked =
                members.stream().filter(m -> !m.owns(NAME)).findFirst().orElseThrow();
        for (StoreMember blind : List.of(asked, owner())) {
            blind.quorum.set(false);
            assertEquals(
                    ErrorCode.NO_QUORUM,
                    assertInstanceOf(Outcome.Refused.class, get(asked.store.submit(said("long", LONG))))
                            .code());
            assertEquals(0, asked.maps.blobs().size());
            blind.quorum.set(true);
        }
        String hash = hash(done(input("long", LONG)));
        members.forEach(member -> member.quorum.set(false));
        assertEquals(LONG.length(), done(asked.store.blob(KEY, hash)).length, "what is there can be read");
    }

    @Test
    void blobs_are_bounded_and_every_copy_knows_them() throws Exception {
        done(input("one", LONG));
        done(input("two", "2".repeat(100_000)));
        done(input("one again", LONG));
        assertEquals(
                ErrorCode.SESSION_FULL,
                assertInstanceOf(Outcome.Refused.class, get(input("three", "3".repeat(40_000))))
                        .code());
        assertEquals(2, anyone().maps.blobs().size());
        done(input("short", "still goes"));
        members.forEach(member -> assertEquals(180_000, member.copy(NAME).blobBytes()));
    }

    @Test
    void the_blobs_of_a_deleted_session_go_with_it_and_no_others() throws Exception {
        SessionKey other = new SessionKey("default", "s2");
        done(anyone().store.create(other, Profile.ofModel("scripted:test"), 1));
        String hash = hash(done(input("long", LONG)));
        done(anyone().store
                .submit(new Envelope(
                        other,
                        CommandId.parse("c"),
                        1,
                        Origin.SYSTEM,
                        2,
                        0,
                        said("long", LONG).command())));
        assertEquals(2, anyone().maps.blobs().size());
        done(anyone().store.delete(KEY));
        StoreMember.await("gone", () -> anyone().maps.blobs().size() == 1);
        assertEquals(LONG.length(), done(anyone().store.blob(other, hash)).length);
        // What a crash between the tombstone and the blobs would leave.
        anyone().maps.blobs().set(new NamedPart(NAME, hash), new byte[1]);
        assertInstanceOf(Outcome.Refused.class, get(anyone().store.delete(KEY)));
        StoreMember.await("collected", () -> anyone().maps.blobs().size() == 1);
    }

    /** A crash looks like a cut to those who stay: the one they lost may have shown what they never got. */
    @Test
    void the_log_goes_on_under_another_history_once_its_writer_is_lost() throws Exception {
        token("before ");
        Lineage before = owner().copy(NAME).state().lineage();
        StoreMember lost = owner();
        lost.crash();
        members.remove(lost);
        StoreMember.await("another owner", () -> members.stream().anyMatch(m -> m.owns(NAME)));
        long head = written;
        Appended first = done(input("c7", "still there?"));
        assertEquals(head + 2, first.from(), "the command's own events come behind the fork");
        assertEquals(head + 1, first.batch().from());
        assertInstanceOf(Event.Forked.class, first.batch().events().getFirst());
        Lineage after = done(anyone().store.view(KEY)).lineage();
        assertTrue(after.contains(new Position(before.current(), head)), "who saw no more goes on");
        assertFalse(after.contains(new Position(before.current(), head + 1)), "who saw more is told");
        Appended again = done(input("c7", "still there?"));
        assertEquals(first.from(), again.from());
        Appended second = done(input("c8", "good"));
        assertEquals(first.to() + 1, second.batch().from(), "once is enough");
        assertInstanceOf(Event.InputAccepted.class, second.batch().events().getFirst());
    }

    /** What was sealed under a history that is forgotten since must still be found. */
    @Test
    void a_log_is_read_from_its_beginning_however_many_writers_it_lost() throws Exception {
        StringBuilder said = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            SessionRecord now = owner().copy(NAME);
            members.forEach(member -> replace(member, StoreMember.writtenBy(now, new Writer("gone-" + now.head(), 0))));
            token("token-" + i + " ");
            said.append("token-").append(i).append(' ');
            owner().sealer.sealIfLong(NAME);
        }
        StoreMember.await("sealed", () -> owner().copy(NAME).chunks().size() >= 2);
        Lineage lineage = owner().copy(NAME).state().lineage();
        assertTrue(lineage.branches().getFirst().start() > 1, "the first history is forgotten");
        assertEquals(List.of(said.toString()), text());
    }

    private static Envelope said(String id, String text) {
        Command command = new Command.Input(Payload.of(text), Optional.empty());
        return new Envelope(KEY, CommandId.parse(id.replace(' ', '-')), 1, Origin.SYSTEM, 2, 0, command);
    }

    private CompletionStage<Outcome<Appended>> input(String id, String text) {
        return anyone().store.submit(said(id, text));
    }

    private static String hash(Appended appended) {
        Event.InputAccepted input =
                (Event.InputAccepted) appended.batch().events().getFirst();
        return ((Payload.Blob) input.text()).hash();
    }

    @Test
    void nothing_is_written_without_a_majority_and_everything_can_be_read() throws Exception {
        token("before ");
        StoreMember.await("its copies are known to be there", () -> isDurable(written));
        members.forEach(member -> member.quorum.set(false));
        Outcome<Appended> refused = get(submit(new Command.Renew("t1", 1)));
        assertEquals(
                ErrorCode.NO_QUORUM,
                assertInstanceOf(Outcome.Refused.class, refused).code());
        assertEquals(List.of("before "), text());
        assertEquals(written, done(anyone().store.view(KEY)).head());
    }

    /** The copies of a side without the majority may all have what the majority never will. */
    @Test
    void without_a_majority_nothing_is_shown_that_is_not_known_to_be_durable() throws Exception {
        Subscriber follower = new Subscriber("somebody", 1);
        done(anyone().store.attach(KEY, follower));
        token("certain ");
        long certain = written;
        done(anyone().store.view(KEY));
        StoreMember.await("its copies are known to be there", () -> isDurable(certain));
        token("not yet");
        members.forEach(member -> member.quorum.set(false));
        assertEquals(certain, done(anyone().store.read(KEY, 0, 1_000)).head());
        State seen = done(anyone().store.view(KEY));
        assertEquals(certain, seen.head());
        assertEquals(1, seen.turns().size());
        assertEquals(
                seen,
                done(anyone().store.attach(KEY, new Subscriber("another", 1))).state());
        Outcome<?> compared = get(anyone().store.compare(KEY));
        assertEquals(
                ErrorCode.NO_QUORUM,
                assertInstanceOf(Outcome.Refused.class, compared).code());
        members.forEach(member -> member.quorum.set(true));
        assertEquals(List.of("certain not yet"), text());
    }

    private boolean isDurable(long seq) {
        return owner().local
                .get(NAME)
                .filter(session -> session.durableSeq() >= seq)
                .isPresent();
    }

    @Test
    void without_a_majority_nothing_is_said_to_be_absent() throws Exception {
        members.forEach(member -> member.quorum.set(false));
        absentIs(ErrorCode.UNAVAILABLE);
    }

    @Test
    void until_all_see_the_same_members_what_is_asked_waits() throws Exception {
        members.forEach(member -> member.settled.set(false));
        CompletionStage<Outcome<Appended>> append = submit(new Command.Renew("t1", 1));
        SessionKey unknown = new SessionKey("default", "never-seen");
        CompletionStage<Outcome<State>> view = anyone().store.view(unknown);
        Thread.sleep(200);
        assertFalse(append.toCompletableFuture().isDone());
        assertFalse(view.toCompletableFuture().isDone());
        members.forEach(member -> member.settled.set(true));
        assertInstanceOf(Outcome.Done.class, get(append));
        assertEquals(
                ErrorCode.SESSION_NOT_FOUND,
                assertInstanceOf(Outcome.Refused.class, get(view)).code());
    }

    @Test
    void strict_members_hold_what_too_few_copies_would_keep() throws Exception {
        token("before ");
        members.forEach(member -> member.held.set(true));
        Outcome<Appended> refused = get(submit(new Command.Renew("t1", 1)));
        assertEquals(
                ErrorCode.UNAVAILABLE,
                assertInstanceOf(Outcome.Refused.class, refused).code());
        members.forEach(member -> member.held.set(false));
        token("after ");
        assertEquals(List.of("before after "), text());
    }

    /** A short tail is not sealed: who had to wait for it would wait for ever. */
    @Test
    void a_batch_that_does_not_fit_beside_a_short_tail_is_taken_at_once() throws Exception {
        token("short ");
        String large = "l".repeat(SMALL.tailHardBytes());
        token(large);
        assertEquals(List.of("short " + large), text());
    }

    @Test
    void a_session_whose_copies_are_away_is_not_said_to_be_absent() throws Exception {
        members.forEach(member -> member.lost.set(true));
        SessionKey unknown = absentIs(ErrorCode.UNAVAILABLE);
        Outcome<?> created = get(anyone().store.create(unknown, Profile.ofModel("scripted"), 1));
        assertEquals(
                ErrorCode.UNAVAILABLE,
                assertInstanceOf(Outcome.Refused.class, created).code());
    }

    private SessionKey absentIs(ErrorCode code) throws Exception {
        SessionKey unknown = new SessionKey("default", "never-seen");
        Outcome<?> view = get(anyone().store.view(unknown));
        assertEquals(code, assertInstanceOf(Outcome.Refused.class, view).code());
        return unknown;
    }

    private StoreMember start(String name) throws IOException {
        return StoreMember.start("copies", name, 2, SMALL, members.toArray(StoreMember[]::new));
    }

    private StoreMember anyone() {
        return members.getLast();
    }

    private StoreMember owner() {
        return members.stream().filter(m -> m.owns(NAME)).findFirst().orElseThrow();
    }

    private CompletionStage<Outcome<Appended>> submit(Command command) {
        return anyone().store.submit(Envelope.internal(KEY, 3, written, command));
    }

    private void token(String text) throws Exception {
        Output output = new Output.Text(DeltaKind.TEXT, 0, TokenRun.of(text));
        batchNo++;
        written = done(submit(new Command.Produce("t1", 1, batchNo, List.of(output))))
                .to();
    }

    private List<String> text() throws Exception {
        StringBuilder said = new StringBuilder();
        long after = 0;
        while (true) {
            Slice slice = done(anyone().store.read(KEY, after, 1_000));
            for (EventBatch batch : slice.batches()) {
                assertEquals(after + 1, batch.from(), "the log has no holes");
                batch.events()
                        .forEach(event -> said.append(
                                event instanceof Event.Tokens t ? t.run().text() : ""));
                after = batch.to();
            }
            if (after >= slice.head()) {
                return List.of(said.toString());
            }
        }
    }

    /** Puts a record with another history into one copy only, as a bug or a lost message would. */
    private void damage(StoreMember member, SessionRecord good) {
        SessionRecord other = new SessionRecord(
                good.state(),
                good.hash() + 1,
                good.durableSeq(),
                good.writer(),
                good.tail(),
                good.tailBytes(),
                good.chunks(),
                good.directory(),
                good.subscribers(),
                good.blobs());
        replace(member, other);
    }

    private static void replace(StoreMember member, SessionRecord record) {
        int partition =
                member.hazelcast.getPartitionService().getPartition(NAME).getPartitionId();
        RecordStores.of(member.hazelcast, partition).replace(NAME, record);
    }

    private static <T> Outcome<T> get(CompletionStage<Outcome<T>> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private static <T> T done(CompletionStage<Outcome<T>> stage) throws Exception {
        return switch (get(stage)) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Refused<T> refused -> throw new AssertionError(refused.toString());
        };
    }
}
