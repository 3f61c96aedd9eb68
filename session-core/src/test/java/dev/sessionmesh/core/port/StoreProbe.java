package dev.sessionmesh.core.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
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
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Talks to a store as the contract's tests need it: one session of its own, commands in short words, bounded waits. */
public final class StoreProbe {
    static final Profile PROFILE = Profile.ofModel("scripted:test");
    static final String CLIENT = "c-mb2x0000-abc123";
    private static final AtomicLong TENANTS = new AtomicLong(System.nanoTime());
    private static final long START = 1_750_000_000_000L;
    private static final long WAIT_SECONDS = 20;

    private final Supplier<SessionStore> store;
    private final String tenant = "t" + TENANTS.incrementAndGet();
    private final AtomicLong clock = new AtomicLong(START);

    StoreProbe(Supplier<SessionStore> store) {
        this.store = store;
    }

    SessionKey key() {
        return other("s1");
    }

    SessionKey other(String id) {
        return new SessionKey(tenant, id);
    }

    void createSession() {
        done(store.get().create(key(), PROFILE, START));
    }

    /** An input that waits in the queue behind others. */
    Envelope input(String id, String text) {
        return command(id, new Command.Input(Payload.of(text), Optional.empty()));
    }

    /** An input that is always accepted: it ends what was before. */
    Envelope interrupting(String id, String text) {
        return command(id, new Command.Input(Payload.of(text), Optional.of(InputPolicy.INTERRUPT)));
    }

    Envelope cancel(String id, String turn) {
        return command(id, new Command.Cancel(turn));
    }

    Envelope decide(String id, String call) {
        return command(id, new Command.Decide(call, true, ""));
    }

    Envelope toolResult(String id, String call, String result) {
        return command(id, new Command.ToolResult(call, true, Payload.of(result)));
    }

    Envelope claim(int epoch, long beat, int runner) {
        Runner by = new Runner("n" + runner, "n" + runner + "-a");
        return Envelope.internal(key(), clock.incrementAndGet(), 0, new Command.Claim("t1", epoch, beat, by));
    }

    Envelope produce(int batchNo, String... pieces) {
        Output text = new Output.Text(DeltaKind.TEXT, 0, TokenRun.of(List.of(pieces)));
        Command produce = new Command.Produce("t1", 1, batchNo, List.of(text));
        return Envelope.internal(key(), clock.incrementAndGet(), 0, produce);
    }

    /** What a runner says besides text. */
    Envelope produce(int batchNo, Output output) {
        return Envelope.internal(
                key(), clock.incrementAndGet(), 0, new Command.Produce("t1", 1, batchNo, List.of(output)));
    }

    Envelope renew() {
        return Envelope.internal(key(), clock.incrementAndGet(), 0, new Command.Renew("t1", 1));
    }

    /** Brings turn t1 to its first runner; the log's head is then 3. */
    void running() {
        done(input("running", "hello"));
        done(claim(0, 0, 1));
    }

    /** A log of so many batches of 16 tokens and about 1 KB each. */
    void longLog(int batches) {
        running();
        String piece = "x".repeat(64);
        for (int i = 1; i <= batches; i++) {
            done(produce(i, IntStream.range(0, 16).mapToObj(n -> piece).toArray(String[]::new)));
        }
    }

    /** The text of a payload, wherever it lies. */
    String text(Payload payload) {
        return switch (payload) {
            case Payload.Inline(String text) -> text;
            case Payload.Blob(String hash, int bytes) -> {
                byte[] utf8 = done(store.get().blob(key(), hash));
                assertEquals(bytes, utf8.length);
                yield new String(utf8, StandardCharsets.UTF_8);
            }
        };
    }

    void noBlob(String text) {
        Payload.Blob blob = Payload.Blob.of(text.getBytes(StandardCharsets.UTF_8));
        refused(store.get().blob(key(), blob.hash()), ErrorCode.BLOB_NOT_FOUND);
    }

    State view() {
        return done(store.get().view(key()));
    }

    Slice read(long after, int maxBytes) {
        return done(store.get().read(key(), after, maxBytes));
    }

    /** The whole log, page by page. */
    List<EventBatch> readAll(int maxBytes) {
        List<EventBatch> all = new ArrayList<>();
        long after = 0;
        for (Slice page = read(0, maxBytes); !page.batches().isEmpty(); page = read(after, maxBytes)) {
            for (EventBatch batch : page.batches()) {
                assertEquals(after + 1, batch.from(), "batches follow one another");
                after = batch.to();
            }
            all.addAll(page.batches());
        }
        assertEquals(view().head(), after);
        return all;
    }

    int textOf(Slice slice) {
        return slice.batches().stream()
                .flatMap(batch -> batch.events().stream())
                .mapToInt(event -> event instanceof Event.Tokens tokens
                        ? tokens.run().text().length()
                        : 0)
                .sum();
    }

    List<String> ids() {
        return ids("", 1_000);
    }

    List<String> ids(String after, int limit) {
        return done(store.get().list(tenant, after, limit, id -> true));
    }

    Subscriber subscriber(String node, long generation) {
        return new Subscriber(node, generation);
    }

    State attach(String node, long generation) {
        return done(store.get().attach(key(), subscriber(node, generation))).state();
    }

    void detach(String node, long generation) {
        done(store.get().detach(key(), subscriber(node, generation)));
    }

    List<Subscriber> subscribersOf(String id) {
        return done(interrupting(id, "anything")).subscribers();
    }

    /** Attaches while another thread appends, and checks each append against the head that the attach was answered with. */
    void attachAmidAppends(String node, int round) {
        Subscriber subscriber = subscriber(node, round);
        try (ExecutorService appender = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<List<Appended>> appends = CompletableFuture.supplyAsync(
                    () -> IntStream.range(0, 12)
                            .mapToObj(i -> done(interrupting("r" + round + "-" + i, "text")))
                            .toList(),
                    appender);
            long head = attach(node, round).head();
            for (Appended appended : get(appends)) {
                boolean behind = appended.from() > head;
                assertTrue(behind || appended.to() <= head, "no append is cut by an attach");
                assertEquals(behind, appended.subscribers().contains(subscriber), appended + " with head " + head);
            }
        }
    }

    void raceWithDeletion() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Outcome<Appended>>> commands = IntStream.range(0, 32)
                    .mapToObj(i -> interrupting("d" + i, "text"))
                    .map(command ->
                            CompletableFuture.supplyAsync(() -> get(store.get().submit(command)), threads))
                    .toList();
            assertTrue(done(store.get().delete(key())));
            for (CompletableFuture<Outcome<Appended>> command : commands) {
                if (get(command) instanceof Outcome.Refused<Appended>(ErrorCode code, String message, var details)) {
                    assertEquals(ErrorCode.SESSION_DELETED, code, message);
                }
            }
        }
    }

    /** Every use of a session that does not make it or end it is refused in the same way. */
    void everyUse(SessionKey session, ErrorCode code) {
        Envelope command =
                new Envelope(session, CommandId.parse("late"), 1, Origin.SYSTEM, START, 0, new Command.Cancel("t1"));
        Envelope renewal = Envelope.internal(session, START, 0, new Command.Renew("t1", 1));
        refused(store.get().submit(command), code);
        refused(store.get().submit(renewal), code);
        refused(store.get().view(session), code);
        refused(store.get().read(session, 0, 1_000), code);
        refused(store.get().blob(session, "0".repeat(64)), code);
        refused(store.get().attach(session, subscriber("n1-a", 1)), code);
        refused(store.get().detach(session, subscriber("n1-a", 1)), code);
    }

    /** Submits all of them from as many threads; all must be accepted. */
    List<Appended> atOnce(List<Envelope> commands) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return allDone(commands.stream()
                    .map(command ->
                            CompletableFuture.supplyAsync(() -> get(store.get().submit(command)), threads))
                    .toList());
        }
    }

    <T> List<T> allDone(List<? extends CompletionStage<Outcome<T>>> stages) {
        return stages.stream().map(this::done).toList();
    }

    /** Sends a command until it is taken: a store may be busy for a moment. */
    Appended done(Envelope command) {
        long patience = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
        Outcome<Appended> outcome = get(store.get().submit(command));
        while (isBusy(outcome) && System.nanoTime() < patience) {
            outcome = get(store.get().submit(command));
        }
        return done(CompletableFuture.completedStage(outcome));
    }

    private static boolean isBusy(Outcome<?> outcome) {
        return outcome instanceof Outcome.Refused<?> refused && refused.code() == ErrorCode.BUSY;
    }

    @SuppressWarnings("unchecked")
    <T> T done(CompletionStage<Outcome<T>> stage) {
        return ((Outcome.Done<T>) assertInstanceOf(Outcome.Done.class, get(stage))).value();
    }

    void refused(Envelope command, ErrorCode code) {
        refused(store.get().submit(command), code);
    }

    <T> void refused(CompletionStage<Outcome<T>> stage, ErrorCode code) {
        assertEquals(code, assertInstanceOf(Outcome.Refused.class, get(stage)).code());
    }

    private Envelope command(String id, Command command) {
        Origin alice = Origin.of(new Actor(Actor.Kind.PERSON, "alice"));
        return new Envelope(key(), CommandId.parse(id), command.hashCode(), alice, clock.incrementAndGet(), 0, command);
    }

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError("no answer from the store", failed);
        }
    }
}
