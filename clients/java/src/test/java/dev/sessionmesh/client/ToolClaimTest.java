package dev.sessionmesh.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tabs that execute front-end calls. */
@Timeout(30)
final class ToolClaimTest {

    /** A run of a handler, which ends when the test says so. */
    record Run(OfferedCall call, ToolClaim claim, Promise<Object> outcome) {}

    private final Vertx vertx = Vertx.vertx();
    private final FakeSession session = new FakeSession("s1");
    private final Map<String, FakeSession> sessions = new ConcurrentHashMap<>(Map.of("s1", session));
    private FakeNode one;
    private FakeNode two;
    private ClientOptions options;
    private SessionmeshClient client;

    @BeforeEach
    void start_two_nodes() {
        one = await(FakeNode.start(vertx, "n1", sessions));
        two = await(FakeNode.start(vertx, "n2", sessions));
        options = ClientOptions.of(List.of(one.address(), two.address()))
                .withLimits(ClientLimits.defaults().withBackoff(Duration.ofMillis(5), Duration.ofMillis(50)));
        client = SessionmeshClient.create(vertx, options);
    }

    @AfterEach
    void stop() {
        await(client.close());
        await(vertx.close());
    }

    @Test
    void one_tab_executes_a_call_and_its_heartbeats_keep_it() throws Exception {
        BlockingQueue<Run> runs = new LinkedBlockingQueue<>();
        Tab first = executing(options, runs);
        Tab second = executing(options, runs);
        offer("k1", new JsonObject());
        Run run = runs.take();
        assertEquals(
                Optional.of(new JsonObject().put("precise", true)), run.call().arguments());
        until(() -> session.claims.beats.get() >= 3);
        run.outcome().complete("here");
        until(() -> !events("tool_result").isEmpty());
        assertEquals("here", events("tool_result").getFirst().getString("result"));
        assertTrue(runs.isEmpty(), "no other tab ran it");
        assertEquals(1, events("tool_claimed").size());
        await(first.close());
        await(second.close());
    }

    @Test
    void what_a_handler_fails_with_is_the_error_of_the_call() throws Exception {
        BlockingQueue<Run> runs = new LinkedBlockingQueue<>();
        executing(options, runs);
        offer("k1", new JsonObject());
        runs.take().outcome().fail("no permission");
        until(() -> !events("tool_result").isEmpty());
        assertEquals("no permission", events("tool_result").getFirst().getString("error"));
    }

    @Test
    void a_claim_outlives_the_connection_and_is_not_executed_again() throws Exception {
        BlockingQueue<Run> runs = new LinkedBlockingQueue<>();
        executing(options, runs);
        offer("k1", new JsonObject());
        Run run = runs.take();
        one.closeAll(1012);
        until(() -> two.accepted.get() > 0);
        int before = session.claims.beats.get();
        until(() -> session.claims.beats.get() > before);
        run.outcome().complete("here");
        until(() -> !events("tool_result").isEmpty());
        assertTrue(runs.isEmpty());
        assertEquals(1, events("tool_claimed").size());
    }

    @Test
    void a_claim_lost_to_the_clock_is_taken_again_while_its_handler_runs() throws Exception {
        BlockingQueue<Run> runs = new LinkedBlockingQueue<>();
        executing(options, runs);
        offer("k1", new JsonObject());
        Run run = runs.take();
        session.claims.expire(session, "k1");
        until(() -> events("tool_claimed").size() == 2);
        assertFalse(run.claim().lost().isComplete());
        run.outcome().complete("here");
        until(() -> !events("tool_result").isEmpty());
        assertTrue(runs.isEmpty());
    }

    @Test
    void a_call_that_ends_elsewhere_is_lost_and_its_result_thrown_away() throws Exception {
        BlockingQueue<Run> runs = new LinkedBlockingQueue<>();
        Tab tab = executing(options, runs);
        offer("k1", new JsonObject());
        Run run = runs.take();
        session.append(
                new JsonObject().put("type", "tool_result").put("callId", "k1").put("status", "cancelled"));
        assertEquals("the call has ended", await(run.claim().lost()));
        run.outcome().complete("here");
        await(tab.input("a later command"));
        assertEquals(1, events("tool_result").size());
    }

    @Test
    void a_tab_that_closes_gives_its_calls_to_others() throws Exception {
        BlockingQueue<Run> mine = new LinkedBlockingQueue<>();
        Tab leaving = executing(options, mine);
        offer("k1", new JsonObject());
        Run run = mine.take();
        BlockingQueue<Run> theirs = new LinkedBlockingQueue<>();
        executing(options, theirs);
        await(leaving.close());
        assertTrue(run.claim().lost().isComplete());
        assertEquals("k1", theirs.take().call().callId());
        assertEquals("released", events("tool_released").getFirst().getString("reason"));
    }

    @Test
    void a_call_for_another_class_of_devices_is_left_alone() throws Exception {
        BlockingQueue<Run> desk = new LinkedBlockingQueue<>();
        BlockingQueue<Run> phone = new LinkedBlockingQueue<>();
        executing(options, desk);
        executing(options.withDevice("phone"), phone);
        offer("k1", new JsonObject().put("target", new JsonObject().put("device", "phone")));
        phone.take().outcome().complete("here");
        until(() -> !events("tool_result").isEmpty());
        assertTrue(desk.isEmpty());
        assertEquals(1, events("tool_claimed").size());
    }

    @Test
    void what_an_old_log_offers_is_not_done_again() throws Exception {
        offer("k1", new JsonObject());
        session.append(
                new JsonObject().put("type", "tool_result").put("callId", "k1").put("status", "ok"));
        offer("k2", new JsonObject());
        BlockingQueue<Run> runs = new LinkedBlockingQueue<>();
        executing(options, runs);
        assertEquals("k2", runs.take().call().callId());
        assertEquals(
                List.of("k2"),
                events("tool_claimed").stream().map(e -> e.getString("callId")).toList());
    }

    @Test
    void a_call_taken_by_hand_is_refused_to_the_second() throws Exception {
        Tab mine = client.follow("s1", Position.start(), frame -> {});
        Tab theirs = client.follow("s1", Position.start(), frame -> {});
        await(mine.attached());
        await(theirs.attached());
        offer("k1", new JsonObject());
        ToolClaim claim = await(mine.claim("k1"));
        assertEquals(claim, await(mine.claim("k1")), "it is one claim");
        Throwable why = assertThrows(CompletionException.class, () -> await(theirs.claim("k1")))
                .getCause();
        assertEquals(
                "already_claimed",
                assertInstanceOf(SessionmeshException.class, why).code());
        await(claim.release());
        await(await(theirs.claim("k1")).error("no"));
        assertEquals("error", events("tool_result").getFirst().getString("status"));
    }

    private Tab executing(ClientOptions own, BlockingQueue<Run> runs) {
        Tab tab = client.follow(own, "s1", Position.start(), frame -> {});
        tab.executeTool("locate", (call, claim) -> {
            Promise<Object> outcome = Promise.promise();
            runs.add(new Run(call, claim, outcome));
            return outcome.future();
        });
        await(tab.attached());
        return tab;
    }

    private void offer(String callId, JsonObject more) {
        session.claims.offer(session, callId, "locate", more);
    }

    private List<JsonObject> events(String type) {
        return session.events().stream()
                .filter(event -> event.getString("type").equals(type))
                .toList();
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}
