package dev.sessionmesh.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.console.Survey.Member;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two nodes that answer, and one that does not, on one event bus. */
@Timeout(30)
class ConsoleTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<Member> members = new ArrayList<>(List.of(new Member("i1", "n1"), new Member("i2", "n2")));
    private final OneNode one = new OneNode("n1", "default/a", "default/c", "zeta/a");
    private final OneNode two = new OneNode("n2", "default/b", "default/d");
    private final Console console = console("i1", one);
    private final Console other = console("i2", two);

    private Console console(String incarnation, OneNode node) {
        return new Console(
                vertx,
                incarnation,
                () -> List.copyOf(members),
                node,
                new Chronicle(InstantSource.system()),
                Optional.empty());
    }

    @BeforeEach
    void start() throws Exception {
        await(console.start());
        await(other.start());
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void a_node_that_does_not_answer_is_silent_and_one_that_counts_and_is_no_member_is_gone() throws Exception {
        members.add(new Member("i3", "n3"));
        JsonObject mesh = await(console.mesh());
        assertEquals(List.of("n1", "n2"), names(mesh.getJsonArray("nodes")));
        assertEquals(new JsonArray().add("n3"), mesh.getJsonArray("silent"));
        assertEquals(
                new JsonArray()
                        .add(new JsonObject().put("name", "n3").put("why", "silent"))
                        .add(new JsonObject().put("name", "n4").put("why", "gone")),
                mesh.getJsonArray("missing"));
    }

    @Test
    void who_asks_at_the_same_time_shares_an_answer() throws Exception {
        Future<JsonObject> first = console.mesh();
        Future<JsonObject> second = console.mesh();
        assertSame(await(first), await(second));
        assertEquals(1, one.asked.get());
        Thread.sleep(600);
        await(console.mesh());
        assertEquals(2, one.asked.get());
    }

    @Test
    void sessions_of_all_nodes_come_by_key_a_page_at_a_time() throws Exception {
        JsonObject page = await(console.sessions(query("", 2)));
        assertEquals(List.of("default/a n1 2", "default/b n2 2"), rows(page));
        assertEquals("default/b", page.getString("next"));
        page = await(console.sessions(query("default/b", 2)));
        assertEquals(List.of("default/c n1 2", "default/d n2 2"), rows(page));
        page = await(console.sessions(query("default/d", 2)));
        assertEquals(List.of("zeta/a n1 2"), rows(page));
        assertFalse(page.containsKey("next"));
        assertEquals(List.of(), rows(await(console.sessions(query("zeta/a", 2)))));
    }

    @Test
    void those_who_follow_a_session_have_names_as_long_as_they_are_here() throws Exception {
        JsonArray followers = await(console.sessions(query("", 1)))
                .getJsonArray("sessions")
                .getJsonObject(0)
                .getJsonArray("followers");
        assertEquals(new JsonArray().add("n1").add("n2"), followers);
    }

    @Test
    void another_node_is_drained_and_called_back_from_here() throws Exception {
        JsonObject began = await(console.drain("n2")).orElseThrow();
        assertEquals(
                new JsonObject()
                        .put("node", "n2")
                        .put("name", "n2")
                        .put("phase", "draining")
                        .put("done", true),
                began);
        assertFalse(one.draining);
        assertTrue(two.draining);
        assertEquals(false, await(console.drain("n2")).orElseThrow().getBoolean("done"), "it is already");
        assertEquals("serving", await(console.stay("n2")).orElseThrow().getString("phase"));
        assertFalse(two.draining);
        assertTrue(await(console.drain("n9")).isEmpty());
        members.add(new Member("i3", "n3"));
        assertThrows(Exception.class, () -> await(console.drain("n3")), "it may have heard, or not");
    }

    @Test
    void what_a_node_tells_of_itself_is_known_when_it_has_gone() throws Exception {
        console.tell(Chronicle.Kind.DRAINING, "goes");
        JsonArray events = await(other.timeline()).getJsonArray("events");
        assertEquals(1, events.size(), events::encode);
        assertEquals(
                new JsonArray().add("n1").add("n2"), events.getJsonObject(0).getJsonArray("seenBy"));
        members.removeFirst();
        Thread.sleep(600);
        events = await(other.timeline()).getJsonArray("events");
        assertEquals(
                "draining n1 goes",
                events.getJsonObject(0).getString("kind") + " "
                        + events.getJsonObject(0).getString("node") + " "
                        + events.getJsonObject(0).getString("text"));
        assertEquals(new JsonArray().add("n2"), events.getJsonObject(0).getJsonArray("seenBy"));
    }

    @Test
    void a_question_that_is_not_understood_is_not_answered() throws Exception {
        var question = new JsonObject().put("ask", "FORTUNE");
        assertThrows(Exception.class, () -> await(vertx.eventBus().request("mesh.console.i1", question)));
        assertEquals(2, await(console.config()).getJsonArray("nodes").size());
    }

    @Test
    void webhooks_that_do_badly_come_first_and_all_are_counted() throws Exception {
        JsonObject hooks = await(console.delivery()).getJsonObject("webhooks");
        assertEquals(new JsonObject().put("failing", 1).put("ok", 2), hooks.getJsonObject("states"));
        assertEquals("z", hooks.getJsonArray("webhooks").getJsonObject(0).getString("id"));
    }

    private static SessionQuery query(String after, int limit) {
        return new SessionQuery(Optional.empty(), "", Optional.empty(), false, after, limit);
    }

    private static List<String> rows(JsonObject page) {
        return page.getJsonArray("sessions").stream()
                .map(JsonObject.class::cast)
                .map(row -> row.getString("tenant") + "/" + row.getString("id") + " " + row.getString("owner") + " "
                        + row.getInteger("tabs"))
                .toList();
    }

    private static List<String> names(JsonArray nodes) {
        return nodes.stream()
                .map(JsonObject.class::cast)
                .map(node -> node.getString("name"))
                .toList();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }

    /** Has one tab in every session, its own or not. */
    private static final class OneNode implements Here {
        final AtomicInteger asked = new AtomicInteger();
        private final String name;
        private final List<String> keys;
        volatile boolean draining;

        OneNode(String name, String... keys) {
            this.name = name;
            this.keys = List.of(keys);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Future<JsonObject> node() {
            asked.incrementAndGet();
            return Future.succeededFuture(new JsonObject()
                    .put("name", name)
                    .put("view", new JsonObject().put("nodes", new JsonArray(List.of("n1", "n2", "n3", "n4")))));
        }

        @Override
        public Future<JsonObject> delivery() {
            return Future.succeededFuture(new JsonObject().put("name", name));
        }

        @Override
        public JsonObject config() {
            return new JsonObject();
        }

        @Override
        public CompletionStage<List<SessionRow>> sessions(SessionQuery query) {
            return CompletableFuture.completedFuture(keys.stream()
                    .filter(query::mayMatch)
                    .limit(query.limit() + 1L)
                    .map(key -> new SessionRow(
                            key, SessionRow.IDLE, Optional.empty(), 1, 0, 0, "", 0, 0, List.of("i2", "i1", "i0")))
                    .toList());
        }

        @Override
        public Future<Map<String, Integer>> tabs(Set<String> asked) {
            Map<String, Integer> tabs = new HashMap<>();
            asked.forEach(key -> tabs.put(key, 1));
            return Future.succeededFuture(tabs);
        }

        @Override
        public Future<List<JsonObject>> webhooks() {
            return Future.succeededFuture(List.of(webhook("a", "ok"), webhook("z", "failing"), webhook("b", "ok")));
        }

        private static JsonObject webhook(String id, String state) {
            return new JsonObject().put("tenant", "t").put("id", id).put("state", state);
        }

        @Override
        public boolean drain() {
            boolean began = !draining;
            draining = true;
            return began;
        }

        @Override
        public boolean stay() {
            boolean stays = draining;
            draining = false;
            return stays;
        }

        @Override
        public String phase() {
            return draining ? "draining" : "serving";
        }
    }
}
