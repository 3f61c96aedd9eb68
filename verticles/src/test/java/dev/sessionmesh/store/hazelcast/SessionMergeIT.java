package dev.sessionmesh.store.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.spi.merge.MergingEntry;
import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.codec.ChunkCodec;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.port.SessionStore.Subscriber;
import dev.sessionmesh.core.session.Change;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.Decision;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.Words;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The rule by which the two records of a split become one, on a real member, with records made by the session itself. */
final class SessionMergeIT {
    private static final SessionKey KEY = new SessionKey("default", "s1");
    private static final Session MACHINE = new Session(Limits.DEFAULT);
    private static final BlockingQueue<List<String>> DOUBTS = new LinkedBlockingQueue<>();
    private static StoreMember member;

    private final SessionRecord common = said(said(SessionRecord.created(fresh()), "c1", "one"), "c2", "two");

    @BeforeAll
    static void start() throws Exception {
        member = StoreMember.start("merge", "a", 0, Limits.DEFAULT);
        member.lostAndFound.open(member.hazelcast, (key, calls) -> DOUBTS.add(calls));
    }

    @AfterAll
    static void stop() {
        member.close();
    }

    @BeforeEach
    void empty() {
        member.lostAndFound.list().forEach(entry -> member.lostAndFound.discard(entry.id()));
        DOUBTS.clear();
    }

    @Test
    void a_session_of_the_other_side_only_is_taken_in() {
        assertSame(common, live(merge(common, null)));
        assertSame(common, member.copy(KEY.toString()), "and known at once");
    }

    @Test
    void the_longer_of_two_that_continue_each_other_stays() {
        long putAside = member.lostAndFound.sessions();
        SessionRecord longer = said(common, "c3", "three");
        assertSame(longer, live(merge(common, longer)));
        SessionRecord here = common.subscribed(List.of(new Subscriber("here", 4)));
        SessionRecord merged = live(merge(longer.subscribed(List.of(new Subscriber("there", 9))), here));
        assertEquals(longer.head(), merged.head());
        assertEquals(List.of(new Subscriber("here", 4)), merged.subscribers(), "who listens on this side goes on");
        assertEquals(putAside, member.lostAndFound.sessions());
    }

    @Test
    void a_deletion_on_either_side_deletes() {
        Slot.Deleted tombstone = new Slot.Deleted(5, 1, 0, true);
        assertSame(tombstone, mergeSlots(new Slot.Live(common), tombstone));
        assertSame(tombstone, mergeSlots(tombstone, new Slot.Live(common)));
    }

    @Test
    void the_side_that_lost_its_writers_and_went_on_wins_and_what_the_other_had_is_kept_apart() throws Exception {
        SessionRecord majority = said(common, "c4", "four", new Event.Forked(2));
        SessionRecord minority = said(common, "c3", "three");
        assertSame(majority, live(merge(minority, majority)));
        JsonObject found = found();
        assertEquals(common.head() + 1, found.getLong("from"));
        assertEquals(minority.head(), found.getLong("to"));
        assertEquals(
                "three", found.getJsonArray("events").getJsonObject(0).getString("text"), "the events are all there");
        assertTrue(DOUBTS.isEmpty());
        assertSame(majority.state(), live(merge(majority, minority)).state(), "whichever side takes the other in");
        assertEquals(minority.head(), found().getLong("to"));
    }

    @Test
    void a_side_that_an_operator_let_go_on_alone_yields_to_the_one_that_had_the_majority() throws Exception {
        SessionRecord majority = said(common, "c4", "four");
        SessionRecord forced =
                StoreMember.writtenBy(said(common, "c3", "three", new Event.Forked(2)), new Writer("b1", 2));
        assertSame(majority, live(merge(forced, majority)));
        assertEquals(forced.head(), found().getLong("to"));
        assertSame(majority.state(), live(merge(majority, forced)).state(), "whichever side takes the other in");
        assertEquals(forced.head(), found().getLong("to"));
    }

    @Test
    void what_the_loser_had_sealed_is_kept_too() throws Exception {
        SessionRecord loser = said(said(common, "c3", "three"), "c5", "five");
        SessionRecord winner = said(common, "c4", "four", new Event.Forked(2));
        byte[] content = ChunkCodec.encode(
                loser.tail().stream().map(s -> BatchCodec.decode(s.bytes())).toList());
        ChunkRef chunk = new ChunkRef(loser.tailFrom(), loser.head(), 4711, content.length);
        SessionRecord sealed = said(loser.sealed(chunk), "c6", "six");
        assertSame(winner, live(merge(sealed, winner)));
        // Chunks are merged for themselves, and may come later.
        member.maps.chunks().set(ChunkKey.of(KEY.toString(), chunk), content);
        List<String> inputs = found().getJsonArray("events").stream()
                .map(JsonObject.class::cast)
                .filter(event -> event.getString("type").equals("input"))
                .map(event -> event.getString("text"))
                .toList();
        assertEquals(List.of("three", "five", "six"), inputs);
    }

    @Test
    void what_the_merge_itself_left_out_is_offered_again_and_kept_once() throws Exception {
        SessionRecord loser = said(said(common, "c3", "three"), "c5", "five");
        byte[] content = ChunkCodec.encode(
                loser.tail().stream().map(s -> BatchCodec.decode(s.bytes())).toList());
        ChunkRef chunk = new ChunkRef(loser.tailFrom(), loser.head(), 4712, content.length);
        SessionRecord sealed = said(loser.sealed(chunk), "c6", "six");
        SessionRecord winner = said(common, "c4", "four", new Event.Forked(2));
        member.maps.sessions().set(KEY.toString(), new Slot.Live(winner));
        SessionKey other = new SessionKey("default", "only-there");
        SessionRecord alone = SessionRecord.created(State.create(other, Profile.ofModel("scripted:test"), 7, 1));
        StoreMember outcast = StoreMember.start("outcast", "b", 0, Limits.DEFAULT);
        try {
            outcast.local.put(KEY.toString(), sealed, false);
            outcast.local.put(other.toString(), alone, false);
            outcast.maps.chunks().set(ChunkKey.of(KEY.toString(), chunk), content);
            long before = member.lostAndFound.sessions();
            for (int i = 0; i < 2; i++) {
                Salvage salvage = new Salvage(outcast.hazelcast, outcast.local, InstantSource.system());
                salvage.collect();
                salvage.offer(member.maps, Duration.ofSeconds(10));
                member.lostAndFound.settle(Duration.ofSeconds(10));
                assertEquals(1, member.lostAndFound.sessions() - before, "offer " + i);
            }
        } finally {
            outcast.close();
        }
        List<String> inputs = found().getJsonArray("events").stream()
                .map(JsonObject.class::cast)
                .filter(event -> event.getString("type").equals("input"))
                .map(event -> event.getString("text"))
                .toList();
        assertEquals(List.of("three", "five", "six"), inputs);
        assertEquals(winner.head(), member.copy(KEY.toString()).head());
        assertEquals(alone.hash(), member.copy(other.toString()).hash(), "what only the other side had");
        member.maps.sessions().delete(KEY.toString());
        member.maps.sessions().delete(other.toString());
    }

    /** Where no side had the majority there is none before the node that offers has ended, and come back. */
    @Test
    void what_is_offered_is_taken_by_a_side_without_the_majority() throws Exception {
        SessionKey key = new SessionKey("default", "without-majority");
        SessionRecord alone = SessionRecord.created(State.create(key, Profile.ofModel("scripted:test"), 7, 1));
        StoreMember outcast = StoreMember.start("outcast-again", "b", 0, Limits.DEFAULT);
        member.quorum.set(false);
        try {
            outcast.local.put(key.toString(), alone, false);
            Salvage salvage = new Salvage(outcast.hazelcast, outcast.local, InstantSource.system());
            salvage.collect();
            salvage.offer(member.maps, Duration.ofSeconds(10));
            assertEquals(alone.hash(), member.copy(key.toString()).hash());
        } finally {
            member.quorum.set(true);
            outcast.close();
            member.maps.sessions().delete(key.toString());
        }
    }

    @Test
    void two_that_wrote_at_once_under_one_history_are_told_apart_by_their_bytes() throws Exception {
        SessionRecord here = said(common, "c4", "four");
        SessionRecord there = said(common, "c3", "three");
        assertSame(here, live(merge(there, here)));
        assertEquals(common.head() + 1, found().getLong("from"));
    }

    @Test
    void two_that_began_apart_have_nothing_in_common() throws Exception {
        SessionRecord other = said(SessionRecord.created(State.create(KEY, profile(), 77, 1)), "c9", "nine");
        assertSame(common, live(merge(other, common)));
        assertEquals(1, found().getLong("from"));
    }

    @Test
    void what_the_loser_decided_or_started_is_in_doubt() throws Exception {
        SessionRecord asked = produce(
                claimed(common),
                Words.call("pay", Payload.of("{}"), Executor.SERVER, true),
                Words.call("mail", Payload.of("{}"), Executor.SERVER, false));
        SessionRecord loser = submit(asked, "c8", new Command.Decide("k1", true, ""));
        SessionRecord winner = said(asked, "c9", "nine", new Event.Forked(3));
        assertNotSame(loser, live(merge(loser, winner)));
        assertEquals(List.of("k1"), DOUBTS.poll(10, TimeUnit.SECONDS));
    }

    /** What the last merge put aside, and away with it: it may come after the merge. */
    private static JsonObject found() throws Exception {
        StoreMember.await("kept", () -> member.lostAndFound.list().size() == 1);
        String id = member.lostAndFound.list().getFirst().id();
        JsonObject entry = member.lostAndFound.get(id).orElseThrow();
        assertTrue(member.lostAndFound.discard(id));
        return entry;
    }

    private static SessionRecord live(Slot slot) {
        return assertInstanceOf(Slot.Live.class, slot).session();
    }

    private static Slot merge(SessionRecord there, @Nullable SessionRecord here) {
        return mergeSlots(new Slot.Live(there), here == null ? null : new Slot.Live(here));
    }

    private static Slot mergeSlots(Slot there, @Nullable Slot here) {
        SessionMerge merge = new SessionMerge();
        merge.setHazelcastInstance(member.hazelcast);
        return merge.merge(entry(there), here == null ? null : entry(here));
    }

    @SuppressWarnings("unchecked")
    private static MergingEntry<Object, Slot> entry(Slot value) {
        return (MergingEntry<Object, Slot>) Proxy.newProxyInstance(
                SessionMergeIT.class.getClassLoader(),
                new Class<?>[] {MergingEntry.class},
                (proxy, method, arguments) -> method.getName().endsWith("Key") ? KEY.toString() : value);
    }

    private static State fresh() {
        return State.create(KEY, profile(), 1, 1);
    }

    private static Profile profile() {
        return Profile.ofModel("scripted:test");
    }

    private static SessionRecord said(SessionRecord before, String id, String text) {
        return submit(before, id, new Command.Input(Payload.of(text), Optional.empty()));
    }

    private static SessionRecord said(SessionRecord before, String id, String text, Event.Forked fork) {
        Envelope envelope = envelope(id, new Command.Input(Payload.of(text), Optional.empty()));
        return appended(before, envelope, MACHINE.decide(before.state(), envelope, fork));
    }

    private static SessionRecord claimed(SessionRecord before) {
        return submit(before, "", new Command.Claim("t1", 0, 0, new Runner("a", "a1")));
    }

    private static SessionRecord produce(SessionRecord before, Output... outputs) {
        return submit(before, "", new Command.Produce("t1", 1, 1, List.of(outputs)));
    }

    private static SessionRecord submit(SessionRecord before, String id, Command command) {
        Envelope envelope = envelope(id, command);
        return appended(before, envelope, MACHINE.decide(before.state(), envelope));
    }

    private static Envelope envelope(String id, Command command) {
        return id.isEmpty()
                ? Envelope.internal(KEY, 2, 0, command)
                : new Envelope(KEY, CommandId.parse(id), 1, Origin.SYSTEM, 2, 0, command);
    }

    private static SessionRecord appended(SessionRecord before, Envelope envelope, Decision decision) {
        List<Event> events = assertInstanceOf(Decision.Accepted.class, decision).events();
        Change change = Change.of(before.state(), envelope, events);
        byte[] bytes = BatchCodec.encode(new EventBatch(before.head() + 1, change.at(), events));
        return before.appended(MACHINE.apply(before.state(), change), bytes, new Writer("a1", 0));
    }
}
