package dev.sessionmesh.store.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.core.DistributedObject;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.serialization.SerializationService;
import com.hazelcast.map.IMap;
import dev.sessionmesh.archive.ArchiveSettings;
import dev.sessionmesh.archive.Holder;
import dev.sessionmesh.archive.Listed;
import dev.sessionmesh.archive.Mark;
import dev.sessionmesh.archive.Query;
import dev.sessionmesh.archive.redis.RedisArchive;
import dev.sessionmesh.archive.redis.RedisSettings;
import dev.sessionmesh.cluster.MeshNames;
import dev.sessionmesh.codec.ArchiveCodec;
import dev.sessionmesh.codec.MalformedBytesException;
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
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.port.ToolCatalogue;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.custody.Custody;
import dev.sessionmesh.custody.Export;
import dev.sessionmesh.custody.FakeSeal;
import dev.sessionmesh.custody.Import;
import dev.sessionmesh.loop.VertxLoops;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redis.embedded.RedisServer;

/** What is left of sessions, and what can be taken out and in, on real members with a real Redis. */
final class CustodyIT {
    private static final String MARKER = "marker-7f3a9c";
    private static final Vertx VERTX = Vertx.vertx();

    private static RedisServer server;
    private static RedisArchive archive;
    private static Redis redis;
    private static ArchivedMember a;
    private static ArchivedMember b;
    private static Custody custody;
    private static long batchNo;

    @BeforeAll
    static void start() throws Exception {
        int port = free();
        server = RedisServer.newRedisServer()
                .port(port)
                .bind("127.0.0.1")
                .setting("save \"\"")
                .build();
        server.start();
        String url = "redis://127.0.0.1:" + port;
        archive = RedisArchive.open(VERTX, RedisSettings.parse(url));
        redis = Redis.createClient(VERTX, url);
        ArchiveSettings settings =
                ArchiveSettings.of(ArchiveSettings.Mode.ASYNC, "custody").idleAfter(Duration.ofMillis(300), 75);
        a = ArchivedMember.start("custody", "a", archive, settings);
        b = ArchivedMember.start("custody", "b", archive, settings, a);
        custody = custody(b);
    }

    @AfterAll
    static void stop() throws IOException {
        b.close();
        a.close();
        archive.close();
        redis.close();
        server.stop();
        VERTX.close();
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Custody custody(ArchivedMember node) {
        HazelcastMemory memory = new HazelcastMemory(
                node.member.hazelcast,
                node.member.maps,
                node.member.local,
                node.member.store,
                Limits.DEFAULT,
                node.member.quorum::get,
                () -> 0,
                ForkJoinPool.commonPool());
        return new Custody(new Custody.Kit(
                new VertxLoops(VERTX),
                node.store,
                Optional.of(archive),
                new HazelcastRemains(node.member.hazelcast, node.member.maps, ForkJoinPool.commonPool()),
                memory,
                new FakeSeal("ours"),
                ToolCatalogue.SCOPE,
                Limits.DEFAULT,
                InstantSource.system(),
                ThreadLocalRandom.current()::nextLong,
                "b",
                ForkJoinPool.commonPool()));
    }

    @Test
    void of_an_erased_session_nothing_is_left_in_any_memory_or_key() throws Exception {
        SessionKey key = new SessionKey("default", "secret");
        talk(key, false);
        // Who is followed does not go to sleep meanwhile.
        String node = a.member.hazelcast.getCluster().getLocalMember().getUuid().toString();
        done(b.store.attach(key, new SessionStore.Subscriber(node, 1)));
        StoreMember.await(
                "archived", () -> archived(key) >= head(key) && listed(key).isPresent());
        leaveTraces(key);
        Set<String> before = where(MARKER);
        assertTrue(
                before.containsAll(Set.of(
                        "memory " + MeshNames.SESSIONS,
                        "memory " + MeshNames.CHUNKS,
                        "memory " + MeshNames.BLOBS,
                        "memory " + MeshNames.LOST_AND_FOUND)),
                "the search finds what is there: " + before);
        for (String part : List.of("}:cursors", ":untold:custody")) {
            assertTrue(named(key).stream().anyMatch(place -> place.contains(part)), part + " in " + named(key));
        }
        for (String part : List.of("}:log", "}:snapshot", "}:blobs", "}:rows")) {
            assertTrue(before.stream().anyMatch(place -> place.contains(part)), part + " in " + before);
        }

        JsonObject answer = done(custody.erase(Access.ALL, key));

        assertEquals(Set.of(), where(MARKER));
        assertEquals(Set.of("redis " + tombstone(key)), named(key), "nor its name, but on its tombstone");
        JsonObject receipt = answer.getJsonObject("receipt");
        JsonObject removed = receipt.getJsonObject("removed");
        assertEquals(1, removed.getJsonObject("memory").getLong("sessions"));
        assertTrue(removed.getJsonObject("memory").getLong("parts") > 0, removed.encode());
        assertEquals(1, removed.getJsonObject("memory").getLong("blobs"));
        assertEquals(1, removed.getJsonObject("lostAndFound").getLong("entries"));
        assertEquals(1, removed.getJsonObject("webhooks").getLong("cursors"));
        assertTrue(removed.getJsonObject("archive").getLong("records") > 0, removed.encode());
        assertEquals(1, removed.getJsonObject("archive").getLong("blobs"));
        assertEquals(1, removed.getJsonObject("archive").getLong("cursors"));
        assertEquals(ErrorCode.SESSION_DELETED, code(a.store.view(key)));

        JsonObject again = done(custody.erase(Access.ALL, key)).getJsonObject("receipt");
        assertEquals(receipt.getJsonObject("tombstone"), again.getJsonObject("tombstone"));
        assertEquals(0, again.getJsonObject("removed").getJsonObject("memory").getLong("sessions"));
        assertEquals(0, again.getJsonObject("removed").getJsonObject("archive").getLong("records"));
    }

    @Test
    void one_that_sleeps_is_erased_too_and_of_others_nothing() throws Exception {
        SessionKey key = new SessionKey("default", "sleeper");
        SessionKey other = new SessionKey("default", "sleeper-2");
        talk(key, true);
        talk(other, true);
        IMap<String, byte[]> lost = b.member.hazelcast.getMap(MeshNames.LOST_AND_FOUND);
        lost.set("default.sleeper-2-1-0a", entry(other));
        StoreMember.await("asleep", () -> isAsleep(key) && isAsleep(other));
        JsonObject receipt = done(custody.erase(Access.ALL, key)).getJsonObject("receipt");
        assertTrue(receipt.getJsonObject("removed").getJsonObject("archive").getLong("records") > 0);
        assertEquals(
                0,
                receipt.getJsonObject("removed").getJsonObject("lostAndFound").getLong("entries"));
        assertEquals(Set.of("redis " + tombstone(key)), named(key));
        assertTrue(lost.containsKey("default.sleeper-2-1-0a"), "the other one's name only begins like it");
        assertTrue(done(b.store.view(other)).head() > 0);
        done(custody.erase(Access.ALL, other));
        assertEquals(Set.of(), where(MARKER));
    }

    @Test
    void nobody_erases_without_being_granted_it_nor_what_never_was() {
        SessionKey key = new SessionKey("default", "never");
        assertEquals(ErrorCode.SESSION_NOT_FOUND, code(custody.erase(Access.ALL, key)));
        Access reader = (session, action) -> action == Access.Action.READ;
        assertEquals(ErrorCode.FORBIDDEN, code(custody.erase(reader, key)));
        assertEquals(ErrorCode.FORBIDDEN, code(custody.export(reader, key)));
        Access almost = (session, action) -> true;
        assertTrue(custody.bring(almost, "default") instanceof Outcome.Refused<Import> refused
                && refused.code() == ErrorCode.FORBIDDEN);
    }

    @Test
    void what_slept_is_taken_out_and_in_and_goes_on_and_sleeps_again() throws Exception {
        SessionKey key = new SessionKey("default", "original");
        SessionKey copy = new SessionKey("default", "copy");
        talk(key, true);
        StoreMember.await("asleep", () -> isAsleep(key));
        Buffer file = export(key);
        State there = done(take("copy", file));
        assertEquals(copy, there.key());
        assertEquals(head(key) + 1, there.head());
        assertEquals(ErrorCode.SESSION_CONFLICT, code(take("copy", file)));
        assertEquals(said(key), said(copy));
        StoreMember.await("asleep", () -> isAsleep(copy));
        assertEquals(said(key), said(copy));
        assertEquals(there.lineage(), done(a.store.view(copy)).lineage());
        String hash =
                Payload.Blob.of(longText().getBytes(StandardCharsets.UTF_8)).hash();
        assertEquals(longText(), new String(done(a.store.blob(copy, hash)), StandardCharsets.UTF_8));
        SessionStore.Appended more = done(a.store.submit(input(copy, "c9", "And then?")));
        assertFalse(more.duplicate());
        assertTrue(done(a.store.submit(input(copy, "c1", longText()))).duplicate());
        done(custody.erase(Access.ALL, copy));
        done(custody.erase(Access.ALL, key));
        assertEquals(ErrorCode.SESSION_DELETED, code(take("copy", file)), "nor comes it back by a file");
        assertEquals(Set.of(), where(MARKER));
    }

    private static Outcome<State> took(String id, Buffer file) {
        if (!(custody.bring(Access.ALL, "default") instanceof Outcome.Done<Import>(Import taking))) {
            throw new AssertionError("busy");
        }
        try (taking) {
            Outcome<Boolean> fed = get(taking.feed(file));
            return fed instanceof Outcome.Refused<Boolean> refused ? refused.as() : get(taking.finish(Optional.of(id)));
        }
    }

    private static Future<Outcome<State>> take(String id, Buffer file) {
        return Future.succeededFuture(took(id, file));
    }

    private static Buffer export(SessionKey key) throws Exception {
        Export export = done(custody.export(Access.ALL, key));
        Buffer file = Buffer.buffer();
        for (Optional<Buffer> page = get(custody.next(export)); page.isPresent(); page = get(custody.next(export))) {
            file.appendBuffer(page.get());
        }
        return file;
    }

    /** As a split, and webhooks, would have left them. */
    private static void leaveTraces(SessionKey key) {
        b.member
                .hazelcast
                .<String, byte[]>getMap(MeshNames.LOST_AND_FOUND)
                .set("default." + key.id() + "-1-0a", entry(key));
        b.member
                .hazelcast
                .<NamedPart, long[]>getMap(MeshNames.WEBHOOK_CURSORS)
                .set(new NamedPart(key.toString(), "w1"), new long[] {1, 2, 3});
        Mark mark = get(archive.mark(key)).orElseThrow();
        Holder holder = new Holder(mark.cluster(), mark.hold(), mark.term());
        assertTrue(get(archive.webhooks().putCursors(holder, key, Map.of("w1", "1:1:0:2:3:3"), true)));
        get(archive.webhooks().untold(mark.cluster(), key));
    }

    private static byte[] entry(SessionKey key) {
        return new JsonObject()
                .put("session", key.id())
                .put("tenant", key.tenant())
                .put("events", MARKER)
                .toBuffer()
                .getBytes();
    }

    private static String longText() {
        return (MARKER + " ").repeat(3_000);
    }

    /** Says the marker wherever a session can say something. */
    private static void talk(SessionKey key, boolean brief) {
        Profile profile = new Profile(
                "scripted:test",
                MARKER,
                MARKER,
                List.of(),
                Map.of("label", MARKER),
                InputPolicy.ENQUEUE,
                Budget.UNLIMITED);
        done(b.store.create(key, profile, 1));
        done(b.store.submit(input(key, "c1", longText())));
        done(b.store.submit(Envelope.internal(key, 2, 0, new Command.Claim("t1", 0, 0, new Runner("a", "a1")))));
        batchNo = 0;
        for (int i = 0; i < (brief ? 2 : 12); i++) {
            produce(key, new Output.Text(DeltaKind.TEXT, 0, TokenRun.of((MARKER + " ").repeat(400))));
        }
        produce(key, new Output.End(TurnStatus.COMPLETED, "", "", Usage.UNKNOWN));
    }

    private static void produce(SessionKey key, Output output) {
        Command.Produce said = new Command.Produce("t1", 1, ++batchNo, List.of(output));
        done(b.store.submit(Envelope.internal(key, 3, 0, said)));
    }

    private static Envelope input(SessionKey key, String id, String text) {
        Origin person = Origin.of(new Actor(Actor.Kind.PERSON, MARKER));
        return new Envelope(
                key, CommandId.parse(id), 1, person, 2, 0, new Command.Input(Payload.of(text), Optional.empty()));
    }

    private static String said(SessionKey key) {
        StringBuilder text = new StringBuilder();
        for (EventBatch batch : done(a.store.read(key, 0, 1 << 24)).batches()) {
            for (Event event : batch.events()) {
                if (event instanceof Event.Tokens tokens) {
                    text.append(tokens.run().text());
                }
            }
        }
        return text.toString();
    }

    private static long head(SessionKey key) {
        return done(b.store.view(key)).head();
    }

    private static long archived(SessionKey key) {
        return get(archive.mark(key)).map(Mark::seq).orElse(0L);
    }

    private static boolean isAsleep(SessionKey key) {
        return !a.holds(key.toString())
                && !b.holds(key.toString())
                && get(archive.mark(key)).filter(Mark::asleep).isPresent();
    }

    private static Optional<Listed> listed(SessionKey key) {
        Query all = new Query(
                key.tenant(),
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                0,
                Long.MAX_VALUE,
                "",
                99);
        return get(archive.find(all)).sessions().stream()
                .filter(found -> found.key().equals(key))
                .findFirst();
    }

    private static String tombstone(SessionKey key) {
        return "sessionmesh:{" + key + "}";
    }

    /** Keys and maps, but the one with sessions and their tombstones, whose contents name the session. */
    private static Set<String> named(SessionKey key) throws Exception {
        Set<String> places = where("\"" + key.id() + "\"");
        for (Response name : ask(Request.cmd(io.vertx.redis.client.Command.KEYS).arg("*"))) {
            String text = name.toString();
            if (text.contains(key + "}") || members(text).contains(key.id())) {
                places.add("redis " + text);
            }
        }
        return places;
    }

    private static Set<String> members(String name) throws Exception {
        Set<String> members = new TreeSet<>();
        String type =
                ask(Request.cmd(io.vertx.redis.client.Command.TYPE).arg(name)).toString();
        if (type.equals("zset")) {
            for (Response member : ask(Request.cmd(io.vertx.redis.client.Command.ZRANGE)
                    .arg(name)
                    .arg(0)
                    .arg(-1))) {
                String text = member.toString();
                members.add(text.substring(text.indexOf('/') + 1));
            }
        }
        return members;
    }

    /** In which maps, copies included, and which keys of Redis something is said, packed or not. */
    private static Set<String> where(String what) throws Exception {
        Set<String> places = new TreeSet<>();
        for (ArchivedMember node : List.of(a, b)) {
            for (DistributedObject object : node.member.hazelcast.getDistributedObjects()) {
                if (object instanceof IMap<?, ?> map && isIn(node, map, what)) {
                    places.add("memory " + map.getName());
                }
            }
        }
        for (Response name : ask(Request.cmd(io.vertx.redis.client.Command.KEYS).arg("*"))) {
            if (name.toString().contains(what) || isIn(contents(name.toString()), what)) {
                places.add("redis " + name);
            }
        }
        return places;
    }

    private static boolean isIn(ArchivedMember node, IMap<?, ?> map, String what) {
        SerializationService forms = ((HazelcastInstanceProxy) node.member.hazelcast).getSerializationService();
        return map.entrySet().stream()
                .anyMatch(entry -> says(forms.toData(entry.getKey()).toByteArray(), what)
                        || says(forms.toData(entry.getValue()).toByteArray(), what));
    }

    private static Response contents(String name) throws Exception {
        String type =
                ask(Request.cmd(io.vertx.redis.client.Command.TYPE).arg(name)).toString();
        Request request =
                switch (type) {
                    case "hash" ->
                        Request.cmd(io.vertx.redis.client.Command.HGETALL).arg(name);
                    case "stream" ->
                        Request.cmd(io.vertx.redis.client.Command.XRANGE)
                                .arg(name)
                                .arg("-")
                                .arg("+");
                    case "zset" ->
                        Request.cmd(io.vertx.redis.client.Command.ZRANGE)
                                .arg(name)
                                .arg(0)
                                .arg(-1);
                    case "string" ->
                        Request.cmd(io.vertx.redis.client.Command.GET).arg(name);
                    default -> throw new AssertionError("a key of type " + type);
                };
        return ask(request);
    }

    private static boolean isIn(Response response, String what) {
        boolean several = response.type() == ResponseType.MULTI;
        if (several && response.isMap()) {
            return response.getKeys().stream().anyMatch(key -> key.contains(what) || isIn(response.get(key), what));
        }
        if (several) {
            return IntStream.range(0, response.size()).anyMatch(i -> isIn(response.get(i), what));
        }
        byte[] bytes = response.toBytes();
        return bytes != null && (says(bytes, what) || unpacked(bytes).contains(what));
    }

    /** What a stretch of a log or a snapshot says, wherever one is. */
    private static String unpacked(byte[] bytes) {
        try {
            return ArchiveCodec.batches(bytes).toString();
        } catch (MalformedBytesException | IllegalArgumentException other) {
            try {
                return ArchiveCodec.snapshot(bytes).toString();
            } catch (MalformedBytesException | IllegalArgumentException neither) {
                return "";
            }
        }
    }

    private static boolean says(byte[] bytes, String what) {
        return new String(bytes, StandardCharsets.ISO_8859_1).contains(what);
    }

    private static Response ask(Request request) throws Exception {
        return redis.send(request).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private static ErrorCode code(Future<? extends Outcome<?>> future) {
        return code(future.toCompletionStage());
    }

    private static ErrorCode code(CompletionStage<? extends Outcome<?>> stage) {
        return get(stage) instanceof Outcome.Refused<?> refused ? refused.code() : ErrorCode.INTERNAL;
    }

    private static <T> T done(Future<Outcome<T>> future) {
        return done(future.toCompletionStage());
    }

    private static <T> T done(CompletionStage<Outcome<T>> stage) {
        Outcome<T> outcome = get(stage);
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError(outcome);
    }

    private static <T> T get(Future<T> future) {
        return get(future.toCompletionStage());
    }

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
