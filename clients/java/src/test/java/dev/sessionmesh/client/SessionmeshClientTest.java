package dev.sessionmesh.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The client against nodes that cut, swallow, skip, refuse and fall silent. */
@Timeout(30)
final class SessionmeshClientTest {

    /** Remembers what the owner of a tab is told. */
    static final class Owner implements TabListener {
        final BlockingQueue<Frame.Logged> events = new LinkedBlockingQueue<>();
        final BlockingQueue<Frame.Signal> signals = new LinkedBlockingQueue<>();
        final BlockingQueue<String> violations = new LinkedBlockingQueue<>();
        /** Done where the next frame is told of, with nothing of the tab's in between. */
        final AtomicReference<Runnable> next = new AtomicReference<>(() -> {});

        final BlockingQueue<URI> followed = new LinkedBlockingQueue<>();
        final BlockingQueue<SessionmeshException> ends = new LinkedBlockingQueue<>();

        @Override
        public void frame(Frame frame) {
            Runnable work = next.getAndSet(() -> {});
            switch (frame) {
                case Frame.Logged logged -> events.add(logged);
                case Frame.Signal signal -> signals.add(signal);
            }
            work.run();
        }

        @Override
        public void following(URI node, Frame.Attached attached) {
            followed.add(node);
        }

        @Override
        public void violation(String what) {
            violations.add(what);
        }

        @Override
        public void ended(SessionmeshException why) {
            ends.add(why);
        }

        List<Long> awaitSeqs(int count) throws InterruptedException {
            return awaitEvents(count).stream().map(Frame.Logged::seq).toList();
        }

        List<Frame.Logged> awaitEvents(int count) throws InterruptedException {
            List<Frame.Logged> seen = new ArrayList<>();
            while (seen.size() < count) {
                Frame.Logged next = events.poll(10, TimeUnit.SECONDS);
                assertTrue(next != null, "no event after " + seen);
                seen.add(next);
            }
            return seen;
        }
    }

    private final Vertx vertx = Vertx.vertx();
    private final Map<String, FakeSession> sessions = new ConcurrentHashMap<>();
    private final FakeSession session = new FakeSession("s1");
    private final Owner owner = new Owner();
    private FakeNode one;
    private FakeNode two;
    private SessionmeshClient client;
    private ClientOptions options;

    @BeforeEach
    void start_two_nodes() {
        sessions.put("s1", session);
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

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private static SessionmeshException refusal(Future<?> future) {
        Throwable why =
                assertThrows(CompletionException.class, () -> await(future)).getCause();
        return assertInstanceOf(SessionmeshException.class, why);
    }

    private void appendTokens(int count) {
        for (int i = 0; i < count; i++) {
            session.appendToken(i + " ");
        }
    }

    private static List<Long> seqs(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void a_tab_sees_the_log_from_the_start_and_what_follows() throws Exception {
        appendTokens(3);
        Tab tab = client.follow("s1", Position.start(), owner);
        await(tab.attached());
        appendTokens(2);
        assertEquals(seqs(1, 5), owner.awaitSeqs(5));
        assertEquals(new Position.After(5, Optional.of("h1")), eventuallyAt(tab, 5));
    }

    private static Position eventuallyAt(Tab tab, long seq) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < deadline) {
            if (tab.position() instanceof Position.After after && after.after() == seq) {
                return after;
            }
            Thread.onSpinWait();
        }
        return tab.position();
    }

    @Test
    void without_a_position_a_tab_gets_a_snapshot_and_goes_on_behind_it() throws Exception {
        appendTokens(3);
        Frame.Attached attached =
                await(client.follow("s1", Position.newest(), owner).attached());
        assertFalse(attached.resumed());
        appendTokens(1);
        assertEquals(List.of(4L), owner.awaitSeqs(1));
        assertEquals(
                2,
                owner.signals.stream().filter(s -> s instanceof Frame.Message).count());
    }

    @Test
    void connections_cut_every_few_frames_cost_neither_a_gap_nor_a_duplicate() throws Exception {
        one.faults.cutAfterFrames = 7;
        two.faults.cutAfterFrames = 5;
        client.follow("s1", Position.start(), owner);
        appendTokens(200);
        assertEquals(seqs(1, 200), owner.awaitSeqs(200));
        assertTrue(owner.violations.isEmpty(), () -> owner.violations.toString());
        assertTrue(owner.followed.size() > 20);
    }

    @Test
    void a_command_whose_answer_was_lost_is_resent_under_its_id_and_takes_effect_once() throws Exception {
        one.faults.swallowNextAck = true;
        Tab tab = client.follow("s1", Position.start(), owner);
        Ack ack = await(tab.input("hello"));
        assertTrue(ack.duplicate());
        assertEquals(1, ack.seq());
        assertEquals("c1:1", ack.id());
        assertEquals(List.of(1L), owner.awaitSeqs(1));
        assertEquals(1, session.head());
    }

    @Test
    void commands_are_numbered_from_one_in_the_order_given() {
        Tab tab = client.follow("s1", Position.start(), owner);
        List<Future<Ack>> answers = LongStream.rangeClosed(1, 100)
                .mapToObj(i -> tab.input("text " + i))
                .toList();
        for (int i = 0; i < answers.size(); i++) {
            assertEquals(new Ack("c1:" + (i + 1), "s1", i + 1L, false, false), await(answers.get(i)));
        }
    }

    @Test
    void a_node_that_falls_silent_is_left() throws Exception {
        one.faults.silent = true;
        client = SessionmeshClient.create(
                vertx,
                options.withLimits(options.limits().withTimeouts(Duration.ofMillis(300), Duration.ofMillis(300))));
        client.follow("s1", Position.start(), owner);
        appendTokens(1);
        assertEquals(List.of(1L), owner.awaitSeqs(1));
        assertEquals(two.address(), owner.followed.take());
    }

    @Test
    void a_command_that_a_node_does_not_hear_goes_to_another() throws Exception {
        Tab tab = client.follow("s1", Position.start(), owner);
        await(tab.attached());
        one.faults.deaf = true;
        assertEquals("c1:1", await(tab.input("hello")).id());
        assertEquals(List.of(one.address(), two.address()), List.copyOf(owner.followed));
        assertEquals(List.of(1L), owner.awaitSeqs(1));
    }

    @Test
    void an_idle_connection_is_kept_alive_by_pings() throws Exception {
        Tab tab = client.follow("s1", Position.start(), owner);
        await(tab.attached());
        while (one.received.stream()
                        .filter(f -> f.getString("type").equals("ping"))
                        .count()
                < 3) {
            Thread.onSpinWait();
        }
        assertEquals(1, owner.followed.size());
    }

    @Test
    void told_to_go_away_a_tab_moves_without_missing_anything() throws Exception {
        Tab tab = client.follow("s1", Position.start(), owner);
        await(tab.attached());
        assertEquals(one.address(), owner.followed.take());
        appendTokens(10);
        one.goAway();
        appendTokens(10);
        assertEquals(two.address(), owner.followed.poll(10, TimeUnit.SECONDS));
        appendTokens(10);
        assertEquals(seqs(1, 30), owner.awaitSeqs(30));
        assertTrue(owner.violations.isEmpty());
        while (!one.sockets.isEmpty()) {
            Thread.onSpinWait();
        }
        assertEquals(1, session.subscribers());
    }

    @Test
    void a_gap_is_reported_and_repaired_by_attaching_again() throws Exception {
        one.faults.skipSeq = 3;
        client.follow("s1", Position.start(), owner);
        appendTokens(6);
        assertEquals(seqs(1, 6), owner.awaitSeqs(6));
        assertTrue(owner.violations.take().startsWith("gap: expected seq 3"));
    }

    @Test
    void a_log_of_another_lineage_comes_as_a_snapshot() throws Exception {
        appendTokens(3);
        client.follow("s1", Position.start(), owner);
        owner.awaitSeqs(3);
        session.lineage = "h2";
        one.closeAll(1012);
        Frame.Attached again = nextAttached(nextAttached(null));
        assertEquals("diverged", again.reason().orElseThrow());
        assertEquals(1, again.rewindTo().orElseThrow());
        appendTokens(1);
        assertEquals(List.of(4L), owner.awaitSeqs(1));
    }

    private Frame.Attached nextAttached(Frame.Attached previous) throws InterruptedException {
        while (true) {
            Frame.Signal signal = owner.signals.poll(10, TimeUnit.SECONDS);
            assertTrue(signal != null, "no attached after " + previous);
            if (signal instanceof Frame.Attached attached) {
                return attached;
            }
        }
    }

    @Test
    void following_a_session_that_does_not_exist_ends_the_tab_with_the_code() {
        Tab tab = client.follow("nowhere", Position.start(), owner);
        assertEquals("session_not_found", refusal(tab.attached()).code());
        assertEquals("closed", refusal(tab.input("x")).code());
    }

    @Test
    void an_attach_refused_for_the_moment_is_tried_on_the_next_node() throws Exception {
        one.faults.refuseAttach = "draining";
        one.faults.retryable = true;
        await(client.follow("s1", Position.start(), owner).attached());
        assertEquals(two.address(), owner.followed.take());
    }

    @Test
    void a_refused_command_fails_with_its_code_and_details() {
        one.faults.refuseCommand = "already_decided";
        one.faults.refusals.set(1);
        Tab tab = client.follow("s1", Position.start(), owner);
        SessionmeshException why = refusal(tab.approve("k1"));
        assertEquals("already_decided", why.code());
        assertEquals("fake", why.details().getString("message"));
    }

    @Test
    void a_command_refused_for_the_moment_is_sent_again_with_the_same_id() {
        one.faults.refuseCommand = "busy";
        one.faults.refusals.set(3);
        one.faults.retryable = true;
        Tab tab = client.follow("s1", Position.start(), owner);
        assertEquals("c1:1", await(tab.input("x")).id());
        assertEquals(
                4,
                one.received.stream()
                        .filter(f -> f.getString("type").equals("input"))
                        .count());
    }

    @Test
    void without_retries_the_first_refusal_is_the_answer() {
        one.faults.refuseCommand = "no_quorum";
        one.faults.refusals.set(1);
        one.faults.retryable = true;
        Tab tab = client.follow(options.withoutRetries(), "s1", Position.start(), owner);
        SessionmeshException why = refusal(tab.input("x"));
        assertEquals("no_quorum", why.code());
        assertTrue(why.retryable());
    }

    @Test
    void a_close_code_that_does_not_ask_to_come_back_ends_the_tab() throws Exception {
        Tab tab = client.follow("s1", Position.start(), owner);
        await(tab.attached());
        one.closeAll(4403);
        assertTrue(owner.ends.poll(10, TimeUnit.SECONDS).getMessage().contains("4403"));
    }

    @Test
    void an_event_of_an_unknown_type_advances_the_position() throws Exception {
        session.append(new JsonObject().put("type", "from_the_future").put("x", 1));
        appendTokens(1);
        client.follow("s1", Position.start(), owner);
        List<Frame.Logged> events = owner.awaitEvents(2);
        assertEquals(
                "from_the_future",
                assertInstanceOf(Frame.Unknown.class, events.get(0)).type());
        assertEquals(2, events.get(1).seq());
    }

    @Test
    void http_reads_pass_over_a_node_that_cannot_be_reached() {
        SessionmeshClient other = SessionmeshClient.create(
                vertx, options.withNodes(List.of(URI.create("http://127.0.0.1:1"), two.address())));
        await(other.http().createSession(new JsonObject().put("id", "s2")));
        for (int i = 0; i < 5; i++) {
            sessions.get("s2").appendToken("x");
        }
        assertEquals(5, await(other.http().session("s2")).getInteger("head"));
        assertEquals(
                seqs(1, 5),
                await(other.http().log("s2")).stream().map(Frame.Logged::seq).toList());
        assertEquals(
                "session_not_found", refusal(other.http().session("nowhere")).code());
        await(other.close());
    }

    private static void eventually(String what, BooleanSupplier holds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!holds.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, what);
            Thread.sleep(5);
        }
    }

    @Test
    void a_client_that_the_session_has_forgotten_gets_a_new_id_and_its_commands_go_out_under_it() {
        Tab tab = client.follow("s1", Position.start(), owner);
        await(tab.attached());
        session.forgotten.add("c1");
        List<Future<Ack>> answers = LongStream.rangeClosed(1, 60)
                .mapToObj(i -> tab.input("text " + i))
                .toList();
        for (int i = 0; i < answers.size(); i++) {
            assertEquals(new Ack("c2:" + (i + 1), "s1", i + 1L, false, false), await(answers.get(i)));
        }
        assertEquals("c2:61", await(tab.input("later")).id());
        assertTrue(owner.violations.isEmpty(), () -> owner.violations.toString());
        assertEquals(1, one.accepted.get());
    }

    @Test
    void a_command_that_may_have_taken_effect_before_its_client_was_forgotten_is_not_repeated() {
        Tab tab = client.follow("s1", Position.start(), owner);
        await(tab.attached());
        one.faults.swallowNextAck = true;
        one.faults.afterSwallowing = () -> session.forgotten.add("c1");
        assertEquals("id_expired", refusal(tab.input("once")).code());
        assertEquals("c2:1", await(tab.input("again")).id());
        assertEquals(2, session.head());
    }

    @Test
    void a_new_client_that_is_forgotten_too_ends_in_an_error_and_not_in_a_loop() {
        Tab tab = client.follow("s1", Position.start(), owner);
        session.forgotten.addAll(List.of("c1", "c2"));
        assertEquals("id_expired", refusal(tab.input("x")).code());
        assertEquals("c3:1", await(tab.input("y")).id());
    }

    @Test
    void a_snapshot_slower_than_the_attach_timeout_arrives() {
        client = SessionmeshClient.create(
                vertx,
                options.withLimits(options.limits().withTimeouts(Duration.ofSeconds(2), Duration.ofMillis(300))));
        one.faults.snapshotPauseMs = 200;
        Tab tab = client.follow("s1", Position.newest(), owner);
        appendTokens(3);
        await(tab.attached());
        assertEquals(new Position.After(session.head(), Optional.of("h1")), eventuallyAt(tab, 3));
        assertEquals(1, owner.followed.size());
    }

    @Test
    void a_mesh_that_drains_as_a_whole_is_asked_with_back_off_and_costs_no_sockets() throws Exception {
        for (List<URI> nodes : List.of(List.of(one.address()), List.of(one.address(), two.address()))) {
            one.faults.draining = true;
            two.faults.draining = true;
            int before = one.accepted.get() + two.accepted.get();
            ClientOptions own = options.withNodes(nodes).withLimits(ClientLimits.defaults());
            Tab tab = client.follow(own, "s1", Position.start(), owner);
            Thread.sleep(1500);
            int made = one.accepted.get() + two.accepted.get() - before;
            assertTrue(made >= 3 && made < 25, made + " connections in 1.5 s");
            assertTrue(one.sockets.size() + two.sockets.size() <= 2);
            assertEquals("c", await(tab.input("still served")).id().substring(0, 1));
            one.faults.draining = false;
            two.faults.draining = false;
            await(tab.close());
            eventually("the sockets are closed", () -> one.sockets.isEmpty() && two.sockets.isEmpty());
        }
        assertTrue(owner.violations.isEmpty(), () -> owner.violations.toString());
    }

    @Test
    void a_tab_closed_while_it_connects_leaves_no_socket_behind() throws Exception {
        for (int i = 0; i < 20; i++) {
            await(client.follow("s1", Position.start(), owner).close());
        }
        Tab tab = client.follow("s1", Position.start(), owner);
        await(tab.attached());
        eventually("only the open tab has a socket", () -> one.sockets.size() == 1);
        Thread.sleep(100);
        assertEquals(1, one.sockets.size());
    }

    @Test
    void a_request_may_take_longer_than_a_connection_attempt() {
        ClientLimits limits = options.limits().withTimeouts(Duration.ofMillis(200), Duration.ofMillis(200));
        SessionmeshClient patient = SessionmeshClient.create(
                vertx, options.withNodes(List.of(one.address())).withLimits(limits));
        one.faults.httpDelayMs = 600;
        assertEquals(0, await(patient.http().session("s1")).getInteger("head"));
        await(patient.close());
    }

    @Test
    void a_request_that_a_node_does_not_answer_in_time_goes_to_another() {
        SessionmeshClient other = SessionmeshClient.create(
                vertx, options.withLimits(options.limits().withRequestTimeout(Duration.ofMillis(200))));
        one.faults.httpDelayMs = 20_000;
        assertEquals(0, await(other.http().session("s1")).getInteger("head"));
        two.faults.httpDelayMs = 20_000;
        assertEquals("unreachable", refusal(other.http().session("s1")).code());
        one.faults.httpDelayMs = 0;
        one.faults.halfAnswers = true;
        two.faults.httpDelayMs = 0;
        assertEquals(0, await(other.http().session("s1")).getInteger("head"), "one fell silent amid its answer");
        await(other.close());
    }

    @Test
    void a_refreshed_tab_gets_a_snapshot_and_goes_on_from_there() throws Exception {
        appendTokens(2);
        Tab tab = client.follow("s1", Position.start(), owner);
        assertEquals(seqs(1, 2), owner.awaitSeqs(2));
        owner.next.set(() -> {
            tab.refresh();
            tab.refresh();
        });
        appendTokens(1);
        assertEquals(List.of(3L), owner.awaitSeqs(1));
        eventually("a snapshot came", () -> owner.signals.stream().anyMatch(Frame.Message.class::isInstance));
        eventually("it is attached", () -> session.subscribers() == 1);
        appendTokens(1);
        assertEquals(List.of(4L), owner.awaitSeqs(1));
        one.closeAll(1001);
        eventually("it came back", () -> owner.followed.size() == 3);
        appendTokens(1);
        assertEquals(List.of(5L), owner.awaitSeqs(1));
        List<JsonObject> attaches = Stream.of(one, two)
                .flatMap(node -> node.received.stream())
                .filter(frame -> frame.getString("type").equals("attach"))
                .toList();
        assertEquals(3, attaches.size());
        assertFalse(attaches.get(1).containsKey("after"));
        assertEquals(4, attaches.get(2).getInteger("after"), "one snapshot was enough");
        assertTrue(owner.violations.isEmpty(), () -> owner.violations.toString());
    }

    @Test
    void what_a_tab_says_of_itself_is_said_again_to_the_next_node() throws Exception {
        Tab tab = client.follow(options.withDevice("phone"), "s1", Position.start(), owner);
        await(tab.attached());
        tab.watch(true);
        tab.focus("page 1");
        eventually("it was said", () -> said(one, "presence").size() == 2);
        one.closeAll(1001);
        eventually("it is said again", () -> said(two, "presence").size() == 1);
        JsonObject again = said(two, "presence").getFirst();
        assertEquals(Optional.of("page 1"), Optional.ofNullable(again.getString("focus")));
        assertEquals(true, again.getBoolean("watch"));
        assertEquals("phone", said(two, "attach").getFirst().getString("device"));
        assertTrue(owner.signals.stream().noneMatch(Frame.Refused.class::isInstance));
    }

    @Test
    void a_class_of_devices_that_no_node_would_take_is_refused_here() {
        assertThrows(IllegalArgumentException.class, () -> options.withDevice("Ann's phone"));
    }

    private static List<JsonObject> said(FakeNode node, String type) {
        return node.received.stream()
                .filter(frame -> frame.getString("type").equals(type))
                .toList();
    }
}
