package dev.sessionmesh.store.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sessionmesh.archive.ArchiveException;
import dev.sessionmesh.archive.ArchiveSettings;
import dev.sessionmesh.archive.ArchiveSettings.Mode;
import dev.sessionmesh.archive.Mark;
import dev.sessionmesh.archive.MemoryArchive;
import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.Envelope;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Webhooks, and where they stand, while sessions sleep and after the death of all nodes, on real members. */
final class HooksSleepIT {
    private static final SessionKey KEY = new SessionKey("default", "s1");
    private static final Duration NEVER = Duration.ofHours(1);
    private static final Duration SOON = Duration.ofMillis(50);

    private final MemoryArchive archive = new MemoryArchive();
    private final List<HookedMember> members = new ArrayList<>();
    private final List<JsonObject> told = new ArrayList<>();
    private final Map<String, Integer> requests = new HashMap<>();
    private final Map<SessionKey, Integer> turns = new HashMap<>();
    private HttpServer receiver;
    private volatile int answer = 204;
    private int clusters;
    private int inputs;

    @BeforeEach
    void startReceiver() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", this::take);
        receiver.start();
    }

    @AfterEach
    void stop() {
        archive.heal();
        killAll();
        receiver.stop(0);
    }

    private void take(HttpExchange call) throws IOException {
        JsonObject body = new JsonObject(new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        if (answer == 204) {
            synchronized (told) {
                requests.merge(call.getRequestHeaders().getFirst("webhook-id"), 1, Integer::sum);
                JsonArray events = body.getJsonArray("events");
                for (int i = 0; i < events.size(); i++) {
                    told.add(events.getJsonObject(i));
                }
            }
        }
        call.sendResponseHeaders(answer, -1);
        call.close();
    }

    private List<Long> seqs() {
        synchronized (told) {
            return told.stream().map(event -> event.getLong("seq")).toList();
        }
    }

    private static List<Long> upTo(long last) {
        return LongStream.rangeClosed(0, last).boxed().toList();
    }

    private void startCluster(Duration idle, Mode mode) throws IOException {
        String cluster = "hooks-" + Long.toHexString(System.nanoTime()) + clusters++;
        Duration moment = Duration.ofMillis(50);
        ArchiveSettings settings = new ArchiveSettings(
                mode, "mesh", moment, idle, 75, NEVER, 1_000, false, Duration.ofSeconds(1), Duration.ofMillis(100));
        members.add(HookedMember.start(cluster, "a", archive, settings));
        members.add(HookedMember.start(cluster, "b", archive, settings, members.getFirst()));
    }

    private void killAll() {
        members.forEach(HookedMember::close);
        members.clear();
    }

    @Test
    void cursors_leave_the_memory_with_their_session_and_nothing_comes_twice_or_never() throws Exception {
        startCluster(SOON, Mode.ASYNC);
        register("shop");
        create(KEY);
        say(KEY);
        cancel(KEY);
        asleep(KEY);
        StoreMember.await("no cursor is left", () -> members.getFirst().cursors() == 0);
        long slept = mark(KEY).orElseThrow().seq();
        assertEquals(upTo(slept), seqs());
        for (int i = 0; i < 3; i++) {
            say(KEY);
            cancel(KEY);
            asleep(KEY);
        }
        assertEquals(upTo(mark(KEY).orElseThrow().seq()), seqs());
        synchronized (told) {
            assertTrue(requests.values().stream().allMatch(times -> times == 1), requests::toString);
        }
        StoreMember.await("no cursor is left", () -> members.getFirst().cursors() == 0);
    }

    @Test
    void after_the_death_of_all_nodes_webhooks_are_there_and_are_told_what_was_left() throws Exception {
        startCluster(NEVER, Mode.ASYNC);
        register("shop");
        SessionKey other = new SessionKey("default", "s2");
        create(KEY);
        say(KEY);
        cancel(KEY);
        StoreMember.await("told", () -> seqs().equals(upTo(head(KEY))));
        List<Long> before = seqs();
        StoreMember.await(
                "where it stands is archived",
                () -> !get(archive.webhooks().cursors(KEY)).isEmpty() && settled(KEY));
        answer = 503;
        say(KEY);
        cancel(KEY);
        create(other);
        say(other);
        cancel(other);
        StoreMember.await("archived", () -> archived(KEY) == head(KEY) && archived(other) == head(other));
        long head = head(KEY);
        long otherHead = head(other);
        killAll();
        answer = 204;
        synchronized (told) {
            told.clear();
        }
        startCluster(NEVER, Mode.ASYNC);
        // Without anybody asking for the sessions: no turn of theirs runs.
        StoreMember.await("told what was left", () -> seqs().containsAll(upTo(otherHead)) && seqs().contains(head + 1));
        synchronized (told) {
            List<Long> mine = told.stream()
                    .map(event -> event.getJsonObject("data"))
                    .filter(data -> "s1".equals(data.getString("session")))
                    .map(data -> data.getLong("seq"))
                    .toList();
            assertEquals(
                    LongStream.rangeClosed(before.getLast() + 1, head + 1)
                            .boxed()
                            .toList(),
                    mine,
                    "with the fork, and nothing that had been taken before");
        }
    }

    @Test
    void what_was_deleted_does_not_come_back_and_what_was_changed_is_as_it_was_last() throws Exception {
        startCluster(NEVER, Mode.SYNC);
        register("shop");
        register("gone");
        done(admin().replace(Access.ALL, "default", "shop", form("shop").put("sessions", new JsonArray().add("s*")))
                .toCompletionStage());
        done(admin().pause(Access.ALL, "default", "shop").toCompletionStage());
        done(admin().delete(Access.ALL, "default", "gone").toCompletionStage());
        killAll();
        startCluster(NEVER, Mode.SYNC);
        JsonArray webhooks = registered();
        assertEquals(1, webhooks.size());
        assertEquals("paused", webhooks.getJsonObject(0).getString("state"));
        assertEquals(new JsonArray().add("s*"), webhooks.getJsonObject(0).getJsonArray("sessions"));
    }

    @Test
    void while_the_archive_is_away_a_new_cluster_takes_and_shows_none() throws Exception {
        startCluster(NEVER, Mode.ASYNC);
        register("shop");
        StoreMember.await("archived", () -> !get(archive.webhooks().webhooks("mesh", "default"))
                .isEmpty());
        killAll();
        archive.fail(ArchiveException.Kind.AWAY);
        startCluster(NEVER, Mode.ASYNC);
        assertEquals(
                ErrorCode.UNAVAILABLE,
                refused(admin().create(Access.ALL, "default", form("shop")).toCompletionStage()));
        assertEquals(
                ErrorCode.UNAVAILABLE,
                refused(admin().list(Access.ALL, "default").toCompletionStage()));
        archive.heal();
        assertEquals(1, registered().size());
        Outcome.Done<?> again = assertInstanceOf(
                Outcome.Done.class,
                get(admin().create(Access.ALL, "default", form("shop")).toCompletionStage()));
        assertTrue(again.toString().contains("fresh=false"), "it is the one that it was: " + again);
    }

    @Test
    void in_sync_mode_a_webhook_is_made_once_the_archive_has_it() throws Exception {
        startCluster(NEVER, Mode.SYNC);
        StoreMember.await("begun", () -> registered().isEmpty());
        archive.fail(ArchiveException.Kind.AWAY);
        assertEquals(
                ErrorCode.UNAVAILABLE,
                refused(admin().create(Access.ALL, "default", form("shop")).toCompletionStage()));
        archive.heal();
        done(admin().create(Access.ALL, "default", form("shop")).toCompletionStage());
        assertEquals(
                List.of("shop"),
                List.copyOf(get(archive.webhooks().webhooks("mesh", "default")).keySet()));
    }

    @Test
    void an_archive_that_was_emptied_gets_them_again() throws Exception {
        startCluster(NEVER, Mode.ASYNC);
        register("shop");
        StoreMember.await("archived", () -> !get(archive.webhooks().webhooks("mesh", "default"))
                .isEmpty());
        archive.wipe();
        StoreMember.await("compared", () -> !get(archive.webhooks().webhooks("mesh", "default"))
                .isEmpty());
    }

    @Test
    void a_replay_wakes_a_sleeping_session() throws Exception {
        startCluster(SOON, Mode.ASYNC);
        register("shop");
        create(KEY);
        say(KEY);
        cancel(KEY);
        asleep(KEY);
        long end = mark(KEY).orElseThrow().seq();
        assertEquals(upTo(end), seqs());
        done(admin().replay(Access.ALL, KEY, "shop", 1).toCompletionStage());
        StoreMember.await("again", () -> seqs().size() == 2 * end);
        assertEquals(LongStream.rangeClosed(2, end).boxed().toList(), seqs().subList((int) end + 1, 2 * (int) end));
        asleep(KEY);
    }

    private dev.sessionmesh.webhook.Webhooks admin() {
        return members.getLast().hooks.webhooks();
    }

    private JsonObject form(String id) {
        return new JsonObject()
                .put("id", id)
                .put("url", "http://127.0.0.1:" + receiver.getAddress().getPort() + "/" + id);
    }

    private void register(String id) throws InterruptedException {
        StoreMember.await(
                "registered",
                () -> get(admin().create(Access.ALL, "default", form(id)).toCompletionStage()) instanceof Outcome.Done);
        // Nodes hear of it; what happens before they do is delivered too, but this test counts on what sleeps.
        StoreMember.await("known", () -> members.stream()
                .allMatch(member -> member.hooks.cursors().isTold(KEY)));
    }

    private JsonArray registered() {
        JsonArray[] found = new JsonArray[1];
        try {
            StoreMember.await("shown", () -> {
                Outcome<JsonObject> all =
                        get(admin().list(Access.ALL, "default").toCompletionStage());
                found[0] = all instanceof Outcome.Done<JsonObject>(JsonObject shown)
                        ? shown.getJsonArray("webhooks")
                        : new JsonArray();
                return all instanceof Outcome.Done;
            });
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
        return found[0];
    }

    private void create(SessionKey key) {
        done(members.getLast()
                .archived
                .store
                .create(key, Profile.ofModel("scripted:test"), System.currentTimeMillis()));
    }

    private void say(SessionKey key) {
        turns.merge(key, 1, Integer::sum);
        submit(key, new Command.Input(Payload.of("hello"), Optional.empty()));
    }

    private void cancel(SessionKey key) {
        submit(key, new Command.Cancel("t" + turns.get(key)));
    }

    private void submit(SessionKey key, Command command) {
        Origin ada = Origin.of(new Actor(Actor.Kind.PERSON, "ada"));
        done(members.getLast()
                .archived
                .store
                .submit(new Envelope(
                        key, CommandId.parse("c" + ++inputs), 1, ada, System.currentTimeMillis(), 0, command)));
    }

    private void asleep(SessionKey key) throws InterruptedException {
        StoreMember.await(
                "asleep",
                () -> members.stream().noneMatch(member -> member.archived.holds(key.toString()))
                        && mark(key).filter(Mark::asleep).isPresent());
    }

    private Optional<Mark> mark(SessionKey key) {
        return get(archive.mark(key));
    }

    private long archived(SessionKey key) {
        return mark(key).map(Mark::seq).orElse(0L);
    }

    /** Whether the archived cursor stands at the head. */
    private boolean settled(SessionKey key) {
        String[] words = get(archive.webhooks().cursors(key)).get("shop").split(":");
        return Long.parseLong(words[4]) == head(key);
    }

    private long head(SessionKey key) {
        return members.stream()
                .flatMap(member -> member.archived.member.local.get(key.toString()).stream())
                .mapToLong(SessionRecord::head)
                .max()
                .orElse(Long.MAX_VALUE);
    }

    private static ErrorCode refused(CompletionStage<? extends Outcome<?>> stage) {
        return assertInstanceOf(Outcome.Refused.class, get(stage)).code();
    }

    private static <T> T done(CompletionStage<Outcome<T>> stage) {
        if (get(stage) instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError(get(stage));
    }

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
