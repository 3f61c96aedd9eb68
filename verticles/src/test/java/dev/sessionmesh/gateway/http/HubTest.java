package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.gateway.Hub;
import dev.sessionmesh.gateway.Tab;
import dev.sessionmesh.gateway.TabChannel;
import dev.sessionmesh.gateway.WireFrame;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HubTest {
    private static final SessionKey KEY = new SessionKey(SessionKey.DEFAULT_TENANT, "s1");
    private HttpNode node;

    @BeforeEach
    void start() throws Exception {
        node = new HttpNode();
        node.post("/v1/sessions", "{\"id\":\"s1\"}");
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void a_tab_follows_even_if_another_that_came_with_it_is_gone_already() throws Exception {
        Sent sent = new Sent();
        Promise<Hub.Attachment> second = Promise.promise();
        node.vertx.runOnContext(now -> {
            Hub hub = new Hub(node.loops, node.service, node.exchanges, () -> true, HttpNode.LIMITS);
            // As a connection does whose socket has closed meanwhile.
            hub.attach(Access.ALL, KEY, Hub.Begin.after(0), new Sent())
                    .onSuccess(outcome -> attached(outcome).tab().close());
            Future<Outcome<Hub.Attachment>> other = hub.attach(Access.ALL, KEY, Hub.Begin.after(0), sent);
            other.map(HubTest::attached)
                    .onSuccess(attachment -> attachment.tab().start(attachment.answer()))
                    .onComplete(second);
        });
        HttpNode.await(second.future());
        node.post("/v1/sessions/s1/inputs", "{\"text\":\"hello\"}");
        assertEquals("attached", sent.next());
        assertEquals("input", sent.next());
    }

    @Test
    void tabs_without_a_position_share_what_the_log_folds_to_and_write_it_as_they_read() throws Exception {
        node.post("/v1/sessions/s1/inputs", "{\"text\":\"hello\"}");
        Hub.Begin anew = new Hub.Begin(Optional.empty(), OptionalLong.empty(), Optional.empty());
        Context loop = node.vertx.getOrCreateContext();
        Hub hub = on(
                loop,
                () -> Future.succeededFuture(
                        new Hub(node.loops, node.service, node.exchanges, () -> true, HttpNode.LIMITS)));
        List<Sent> tabs = List.of(new Sent(), new Sent());
        List<Hub.Attachment> attachments = new ArrayList<>();
        int asked = 0;
        for (Sent tab : tabs) {
            tab.writable = false;
            asked = node.asked.get();
            attachments.add(on(loop, () -> hub.attach(node.access, KEY, anew, tab)
                    .map(HubTest::attached)
                    .onSuccess(attachment -> attachment.tab().start(attachment.answer()))));
        }
        assertEquals(1, node.asked.get() - asked, "the second only asked whether it may");
        for (int i = 0; i < 2; i++) {
            assertEquals(0, tabs.get(i).frames.size());
            tabs.get(i).writable = true;
            Tab tab = attachments.get(i).tab();
            loop.runOnContext(now -> tab.pump());
            assertEquals("attached", tabs.get(i).next());
            assertEquals("message", tabs.get(i).next());
        }
    }

    @Test
    void a_position_that_the_log_never_reached_is_told_how_far_it_was_right() throws Exception {
        node.post("/v1/sessions/s1/inputs", "{\"text\":\"hello\"}");
        Sent sent = new Sent();
        assertInstanceOf(Outcome.Done.class, attachAhead(sent, () -> true));
        JsonObject attached = sent.frame();
        assertEquals("diverged", attached.getString("reason"));
        assertEquals(attached.getLong("head"), attached.getLong("rewindTo"));
        assertEquals("message", sent.next());
    }

    @Test
    void a_node_that_is_cut_off_calls_nobody_wrong_who_saw_more() throws Exception {
        Outcome<?> outcome = attachAhead(new Sent(), () -> false);
        assertEquals(
                ErrorCode.NO_QUORUM,
                assertInstanceOf(Outcome.Refused.class, outcome).code());
    }

    @Test
    void a_long_log_arrives_without_a_gap_however_little_is_taken_at_a_time() throws Exception {
        node.post("/v1/sessions/s1/inputs", "{\"text\":\"hello\"}");
        Output[] words = new Output[40];
        for (int i = 0; i < words.length; i++) {
            words[i] = new Output.Text(DeltaKind.TEXT, 0, TokenRun.of(List.of(i + " ".repeat(16_000))));
        }
        node.run("s1", "t1", words);
        Context loop = node.vertx.getOrCreateContext();
        Hub hub = on(
                loop,
                () -> Future.succeededFuture(
                        new Hub(node.loops, node.service, node.exchanges, () -> true, HttpNode.LIMITS)));
        Sent sent = new Sent();
        sent.room.set(1);
        Tab tab = on(loop, () -> hub.attach(Access.ALL, KEY, Hub.Begin.after(0), sent)
                        .map(HubTest::attached)
                        .onSuccess(attachment -> attachment.tab().start(attachment.answer())))
                .tab();
        long head = sent.frame().getLong("head");
        long seq = 0;
        while (seq < head) {
            loop.runOnContext(now -> {
                sent.room.set(3);
                tab.pump();
            });
            for (JsonObject frame = sent.frame();
                    !frame.isEmpty();
                    frame = sent.frames.isEmpty() ? new JsonObject() : sent.frame()) {
                assertEquals(seq + 1, frame.getLong("from", frame.getLong("seq")));
                seq = frame.getLong("seq");
            }
        }
    }

    @Test
    void who_stands_where_tokens_were_folded_gets_what_they_fold_to_and_others_go_on() throws Exception {
        SessionKey key = new SessionKey(SessionKey.DEFAULT_TENANT, "folded");
        Actor ada = new Actor(Actor.Kind.PERSON, "ada");
        node.bring(
                key,
                new EventBatch(
                        1,
                        1,
                        List.of(
                                new Event.InputAccepted("u1", "c1", "t1", Payload.of("hi"), ada),
                                new Event.TurnReceived("t1", "c1", ada))),
                new EventBatch(3, 2, List.of(folded("m1", "Hello, ", 3), folded("m1", "world.", 2))),
                new EventBatch(8, 3, List.of(new Event.ToolStarted("k2"))));
        Context loop = node.vertx.getOrCreateContext();
        Hub hub = on(
                loop,
                () -> Future.succeededFuture(
                        new Hub(node.loops, node.service, node.exchanges, () -> true, HttpNode.LIMITS)));
        for (long seq = 0; seq <= 8; seq++) {
            Sent sent = new Sent();
            long after = seq;
            on(loop, () -> hub.attach(Access.ALL, key, Hub.Begin.after(after), sent)
                    .map(HubTest::attached)
                    .onSuccess(attachment -> attachment.tab().start(attachment.answer())));
            JsonObject attached = sent.frame();
            boolean goesOn = seq == 0 || seq >= 7;
            assertEquals(goesOn, attached.getBoolean("resumed"), "from " + seq);
            assertEquals(goesOn ? null : "compacted", attached.getString("reason"));
            if (seq == 0) {
                assertEquals(1, sent.frame().getLong("seq"));
                assertEquals(2, sent.frame().getLong("seq"));
                JsonObject words = sent.frame();
                assertEquals("Hello, world.", words.getString("text"));
                assertEquals(3, words.getLong("from"));
                assertEquals(7, words.getLong("seq"));
                assertEquals(8, sent.frame().getLong("seq"));
            } else if (!goesOn) {
                assertEquals("hi", sent.frame().getString("text"));
                assertEquals("Hello, world.", sent.frame().getString("text"));
            }
        }
    }

    @Test
    void a_page_of_the_log_is_not_cut_where_tokens_were_folded() throws Exception {
        node.bring(
                new SessionKey(SessionKey.DEFAULT_TENANT, "folded"),
                new EventBatch(1, 1, List.of(new Event.ToolStarted("k1"))),
                new EventBatch(2, 2, List.of(folded("m1", "Hello, world.", 5))),
                new EventBatch(7, 3, List.of(new Event.ToolStarted("k2"))));
        for (long seq = 1; seq <= 5; seq++) {
            JsonObject words = page(seq, 1).getJsonObject(0);
            assertEquals(2, words.getLong("from"), "behind " + seq);
            assertEquals(6, words.getLong("seq"));
            assertEquals("Hello, world.", words.getString("text"));
        }
        assertEquals(List.of(1L, 6L), page(0, 3).stream().map(HubTest::seq).toList());
        assertEquals(List.of(7L), page(6, 3).stream().map(HubTest::seq).toList());
    }

    private JsonArray page(long after, int limit) throws Exception {
        return new JsonObject(node.get("/v1/sessions/folded/events?after=" + after + "&limit=" + limit)
                        .body())
                .getJsonArray("events");
    }

    private static long seq(Object frame) {
        return ((JsonObject) frame).getLong("seq");
    }

    private static Event folded(String message, String text, int pieces) {
        return new Event.Tokens("t1", message, 0, DeltaKind.TEXT, TokenRun.folded(text, pieces));
    }

    /** Attaches with the lineage of the log, and more events than it has. */
    private Outcome<Hub.Attachment> attachAhead(Sent sent, BooleanSupplier quorum) throws Exception {
        Context loop = node.vertx.getOrCreateContext();
        Hub hub = on(
                loop,
                () -> Future.succeededFuture(
                        new Hub(node.loops, node.service, node.exchanges, quorum, HttpNode.LIMITS)));
        Sent first = new Sent();
        on(loop, () -> hub.attach(Access.ALL, KEY, Hub.Begin.after(0), first)
                .map(HubTest::attached)
                .onSuccess(attachment -> attachment.tab().start(attachment.answer())));
        Optional<Position> pos = Position.parse(first.frame().getString("pos"));
        Hub.Begin ahead = new Hub.Begin(pos, OptionalLong.of(1_000), Optional.empty());
        return on(loop, () -> hub.attach(Access.ALL, KEY, ahead, sent).onSuccess(outcome -> {
            if (outcome instanceof Outcome.Done<Hub.Attachment>(Hub.Attachment attachment)) {
                attachment.tab().start(attachment.answer());
            }
        }));
    }

    private static <T> T on(Context loop, Supplier<Future<T>> work) throws Exception {
        Promise<T> done = Promise.promise();
        loop.runOnContext(now -> work.get().onComplete(done));
        return HttpNode.await(done.future());
    }

    private static Hub.Attachment attached(Outcome<Hub.Attachment> outcome) {
        return assertInstanceOf(Outcome.Done.class, outcome).value() instanceof Hub.Attachment done ? done : null;
    }

    private static final class Sent implements TabChannel {
        private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
        private volatile boolean writable = true;
        private final AtomicInteger room = new AtomicInteger(Integer.MAX_VALUE);

        @Override
        public void send(WireFrame frame) {
            room.decrementAndGet();
            frames.add(new String(frame.json(), StandardCharsets.UTF_8));
        }

        @Override
        public boolean writable() {
            return writable && room.get() > 0;
        }

        String next() throws InterruptedException {
            return frame().getString("type");
        }

        JsonObject frame() throws InterruptedException {
            String frame = frames.poll(10, TimeUnit.SECONDS);
            return frame == null ? new JsonObject().put("type", "nothing") : new JsonObject(frame);
        }
    }
}
