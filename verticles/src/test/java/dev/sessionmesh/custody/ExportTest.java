package dev.sessionmesh.custody;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.codec.ArchiveCodec;
import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Budget;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.memory.MemorySessionStore;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.port.ToolCatalogue;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.core.session.Words;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Sessions that are taken out, and what is taken in again. */
final class ExportTest {
    private static final SessionKey KEY = new SessionKey("default", "s1");
    private static final Path GOLDEN = Path.of("src/test/resources/dev/sessionmesh/custody/export-v1.ndjson");
    private static final long AT = 1_772_442_000_000L;
    private static final String LONG = "0123456789".repeat(4_000);

    private final MemorySessionStore store = new MemorySessionStore(Limits.DEFAULT, () -> 77);
    private final Importer importer = new Importer(
            store,
            (key, snapshot, log, blobs) ->
                    CompletableFuture.completedStage(Outcome.done(store.bring(snapshot.state(), log, blobs))),
            ToolCatalogue.SCOPE,
            new Session(Limits.DEFAULT),
            () -> java.time.Instant.ofEpochMilli(AT + 60_000),
            () -> 99,
            ForkJoinPool.commonPool());
    private long batchNo;

    @Test
    void what_is_taken_out_and_in_again_is_the_same_in_another_history_and_goes_on() {
        talk();
        State before = done(store.view(KEY));
        State after = done(take(Optional.of("copy"), export()));
        SessionKey copy = new SessionKey("default", "copy");
        assertEquals(copy, after.key());
        assertEquals(before.head() + 1, after.head());
        assertEquals(turns(before), turns(after));
        assertEquals(before.calls(), after.calls());
        assertEquals(before.profile(), after.profile());
        assertEquals(before.audit(), after.audit());
        assertEquals(before.createdAt(), after.createdAt());
        assertTrue(
                after.lineage().contains(new Position(77, before.head())), "who followed the one can follow the other");
        assertEquals(99, after.lineage().current());
        List<EventBatch> log = log(copy);
        assertEquals(new Event.Forked(99), log.getLast().events().getFirst());
        assertEquals(log(KEY), log.subList(0, log.size() - 1));
        String hash = Payload.Blob.of(LONG.getBytes(StandardCharsets.UTF_8)).hash();
        assertArrayEquals(LONG.getBytes(StandardCharsets.UTF_8), done(store.blob(copy, hash)));
        assertTrue(done(store.submit(input(copy, "c1", "What is left?"))).duplicate(), "what was executed is known");
        assertFalse(done(store.submit(input(copy, "c9", "And then?"))).duplicate());
        assertEquals(before, done(store.view(KEY)), "nothing happened to the first");
    }

    @Test
    void a_session_in_which_nothing_happened_can_be_taken_out() {
        done(store.create(KEY, profile(), AT));
        assertEquals(3, export().toString().lines().count());
        assertEquals(1, done(take(Optional.of("copy"), export())).head());
    }

    @Test
    void what_happens_meanwhile_is_not_in_it() {
        talk();
        Export export = new Export(store, done(store.view(KEY)), AT);
        Buffer file = get(export.next()).orElseThrow();
        done(store.submit(input(KEY, "c7", "One more thing")));
        for (Optional<Buffer> page = get(export.next()); page.isPresent(); page = get(export.next())) {
            file.appendBuffer(page.get());
        }
        assertFalse(file.toString().contains("One more thing"));
        done(take(Optional.of("copy"), file));
    }

    @Test
    void a_long_session_comes_page_by_page() {
        done(store.create(KEY, profile(), AT));
        done(store.submit(input(KEY, "c1", "Tell me everything")));
        claim();
        for (int i = 0; i < 400; i++) {
            produce(text("word ".repeat(200)));
        }
        produce(end());
        Export export = new Export(store, done(store.view(KEY)), AT);
        int pages = 0;
        Buffer file = Buffer.buffer();
        for (Optional<Buffer> page = get(export.next()); page.isPresent(); page = get(export.next())) {
            assertTrue(
                    page.get().length() < 1_500_000, "a page of " + page.get().length());
            file.appendBuffer(page.get());
            pages++;
        }
        assertTrue(pages > 3, "in " + pages + " pages");
        done(take(Optional.of("copy"), file));
    }

    @Test
    void the_released_form_is_written_as_ever_and_can_be_read() throws Exception {
        talk();
        List<String> golden = Files.readAllLines(GOLDEN);
        List<String> now = export().toString().lines().toList();
        int snapshot = golden.size() - 2;
        assertEquals(golden.subList(0, snapshot), now.subList(0, snapshot));
        // Its bytes are deflated, which not everybody does alike.
        assertEquals(snapshot(golden.get(snapshot)), snapshot(now.get(snapshot)));
        assertEquals(golden.size(), now.size());
        assertEquals(
                done(store.view(KEY)).head() + 1,
                done(take(Optional.of("golden"), Buffer.buffer(Files.readAllBytes(GOLDEN))))
                        .head());
    }

    @Test
    void whatever_was_changed_on_the_way_is_refused() {
        talk();
        byte[] file = export().getBytes();
        for (int i = 0; i < file.length; i += 97) {
            byte[] changed = file.clone();
            changed[i] ^= 1;
            assertEquals(ErrorCode.BAD_EXPORT, code(take(Optional.of("copy"), Buffer.buffer(changed))), "at " + i);
        }
        for (int i = 0; i < file.length; i += 997) {
            Buffer cut = Buffer.buffer(Arrays.copyOf(file, i));
            assertEquals(ErrorCode.BAD_EXPORT, code(take(Optional.of("copy"), cut)), "cut at " + i);
        }
        Buffer more = Buffer.buffer(file).appendString("{\"type\":\"end\"}\n");
        assertEquals(ErrorCode.BAD_EXPORT, code(take(Optional.of("copy"), more)));
        assertEquals(ErrorCode.SESSION_NOT_FOUND, code(store.view(new SessionKey("default", "copy"))));
    }

    @Test
    void a_file_with_the_right_hash_is_not_believed_either() {
        talk();
        List<String> lines = new ArrayList<>(export().toString().lines().toList());
        lines.removeLast();
        assertEquals("it fits", why(lines));
        assertTrue(why(without(lines, 2)).contains("goes on at"));
        assertTrue(why(without(lines, lines.size() - 2)).contains("payload is missing"));
        assertTrue(why(without(lines, lines.size() - 1)).contains("does not belong there"));
        assertTrue(why(without(lines, 0)).contains("does not belong there"));
        List<String> twice = new ArrayList<>(lines);
        twice.add(2, lines.get(2));
        assertTrue(why(twice).contains("goes on at"));
        List<String> shorter = new ArrayList<>(lines);
        shorter.removeIf(line -> line.contains("\"type\":\"batch\"") && line.contains("\"input\":\"c3\""));
        assertTrue(why(shorter).contains("the log ends at"));
        List<String> other = new ArrayList<>(lines);
        other.set(0, lines.getFirst().replace("\"version\":1", "\"version\":2"));
        assertTrue(why(other).contains("another version"));
        List<String> invented = new ArrayList<>(lines);
        String blob = lines.get(lines.size() - 2);
        invented.set(lines.size() - 2, blob.replace(new JsonObject(blob).getString("hash"), "0".repeat(64)));
        assertTrue(why(invented).contains("not what its name says"));
    }

    @Test
    void a_log_that_leads_elsewhere_than_the_snapshot_is_refused() {
        talk();
        List<String> mine = new ArrayList<>(export().toString().lines().toList());
        SessionKey other = new SessionKey("default", "other");
        done(store.create(other, profile(), AT));
        List<String> theirs = export(other).toString().lines().toList();
        mine.removeLast();
        mine.set(mine.size() - 1, theirs.get(theirs.size() - 2));
        assertTrue(why(mine).contains("the snapshot is of 0"));
    }

    @Test
    void who_is_there_or_was_is_not_replaced() {
        talk();
        Buffer file = export();
        assertEquals(ErrorCode.SESSION_CONFLICT, code(take(Optional.empty(), file)));
        done(store.delete(KEY));
        assertEquals(ErrorCode.SESSION_DELETED, code(take(Optional.empty(), file)));
        done(take(Optional.of("copy"), file));
    }

    @Test
    void one_is_taken_in_at_a_time_and_room_is_given_back_once() {
        Import first = importer.begin("default").orElseThrow();
        assertTrue(importer.begin("default").isEmpty());
        first.close();
        Import second = importer.begin("default").orElseThrow();
        first.close();
        assertTrue(importer.begin("default").isEmpty(), "what was closed twice gave no room away twice");
        second.close();
    }

    @Test
    void a_line_without_end_is_not_waited_for() {
        Import endless = importer.begin("default").orElseThrow();
        Outcome<Boolean> outcome = Outcome.done(true);
        Buffer some = Buffer.buffer("x".repeat(1 << 20));
        for (int i = 0; i < 10 && outcome instanceof Outcome.Done; i++) {
            outcome = get(endless.feed(some));
        }
        endless.close();
        assertTrue(outcome instanceof Outcome.Refused<Boolean> refused
                && refused.message().contains("too long"));
    }

    @Test
    void every_event_that_carries_a_payload_is_looked_into() {
        for (Class<?> event : Event.class.getPermittedSubclasses()) {
            boolean carries = Arrays.stream(event.getRecordComponents())
                    .anyMatch(part -> part.getGenericType().getTypeName().contains(Payload.class.getName()));
            boolean looked = List.of(
                            Event.InputAccepted.class,
                            Event.ToolCalled.class,
                            Event.ApprovalRequested.class,
                            Event.ApprovalEdited.class,
                            Event.ToolResulted.class)
                    .contains(event);
            assertEquals(carries, looked, event.getSimpleName());
        }
    }

    /** Whoever ran them is not asked to send its last batch again. */
    private static List<String> turns(State state) {
        return state.turns().stream()
                .map(turn -> turn.id() + " " + turn.status())
                .toList();
    }

    private static ArchiveCodec.Snapshot snapshot(String line) {
        return ArchiveCodec.snapshot(Base64.getDecoder().decode(new JsonObject(line).getString("bytes")));
    }

    private static List<String> without(List<String> lines, int line) {
        List<String> fewer = new ArrayList<>(lines);
        fewer.remove(line);
        return fewer;
    }

    /** Why the lines are refused, with an end that fits them. */
    private String why(List<String> lines) {
        String file = String.join("\n", lines) + "\n";
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(file.getBytes(StandardCharsets.UTF_8));
            String end = new JsonObject()
                            .put("type", "end")
                            .put("lines", lines.size())
                            .put("sha256", HexFormat.of().formatHex(hash))
                            .encode()
                    + "\n";
            Outcome<State> outcome = get(take(Optional.of("copy"), Buffer.buffer(file + end)));
            return outcome instanceof Outcome.Refused<State> refused ? refused.message() : "it fits";
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private CompletionStage<Outcome<State>> take(Optional<String> id, Buffer file) {
        try (Import taking = importer.begin("default").orElseThrow()) {
            for (int from = 0; from < file.length(); from += 65_536) {
                Buffer some = file.getBuffer(from, Math.min(file.length(), from + 65_536));
                if (get(taking.feed(some)) instanceof Outcome.Refused<Boolean> refused) {
                    return CompletableFuture.completedStage(refused.as());
                }
            }
            return CompletableFuture.completedStage(get(taking.finish(id)));
        }
    }

    private Buffer export() {
        return export(KEY);
    }

    private Buffer export(SessionKey key) {
        Export export = new Export(store, done(store.view(key)), AT + 30_000);
        Buffer file = Buffer.buffer();
        for (Optional<Buffer> page = get(export.next()); page.isPresent(); page = get(export.next())) {
            file.appendBuffer(page.get());
        }
        return file;
    }

    private static Profile profile() {
        return new Profile(
                "scripted:test",
                "You plan releases.",
                "The last one was 2.3.",
                List.of(),
                Map.of("team", "blue"),
                InputPolicy.ENQUEUE,
                Budget.UNLIMITED);
    }

    /** A question, an answer, a call that was approved, and a payload that lies apart. */
    private void talk() {
        done(store.create(KEY, profile(), AT));
        done(store.submit(input(KEY, "c1", "What is left?")));
        claim();
        produce(text("The notes, "), text("and the tag."));
        produce(Words.call("pay", new Payload.Inline("{\"sum\":1}"), Executor.SERVER, true));
        Origin bob = Origin.of(new Actor(Actor.Kind.PERSON, "bob"));
        Command approve = new Command.Decide(List.of("k1"), true, "", Optional.empty(), "", false);
        done(store.submit(new Envelope(KEY, CommandId.parse("c2"), 1, bob, AT + 400, 0, approve)));
        produce(new Output.CallStarted("k1"));
        produce(new Output.CallFinished("k1", dev.sessionmesh.core.session.ToolCall.Outcome.OK, Payload.of("paid")));
        produce(end());
        done(store.submit(input(KEY, "c3", LONG)));
    }

    private void claim() {
        batchNo = 0;
        done(store.submit(
                Envelope.internal(KEY, AT + 100, 0, new Command.Claim("t1", 0, 0, new Runner("n1", "n1-1")))));
    }

    private void produce(Output... outputs) {
        Command.Produce said = new Command.Produce("t1", 1, ++batchNo, List.of(outputs));
        done(store.submit(Envelope.internal(KEY, AT + 200 + batchNo, 0, said)));
    }

    private static Output text(String text) {
        return new Output.Text(DeltaKind.TEXT, 0, TokenRun.of(text));
    }

    private static Output end() {
        return new Output.End(TurnStatus.COMPLETED, "", "", new Usage(180, 12));
    }

    private static Envelope input(SessionKey key, String id, String text) {
        Origin ada = Origin.of(new Actor(Actor.Kind.PERSON, "ada"));
        return new Envelope(
                key, CommandId.parse(id), 1, ada, AT, 0, new Command.Input(Payload.of(text), Optional.empty()));
    }

    private List<EventBatch> log(SessionKey key) {
        SessionStore.Slice slice = done(store.read(key, 0, 1 << 24));
        return slice.batches();
    }

    private static ErrorCode code(CompletionStage<? extends Outcome<?>> stage) {
        return get(stage) instanceof Outcome.Refused<?> refused ? refused.code() : ErrorCode.INTERNAL;
    }

    private static <T> T done(CompletionStage<Outcome<T>> stage) {
        Outcome<T> outcome = get(stage);
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError(outcome);
    }

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
