package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.gateway.Hub;
import dev.sessionmesh.gateway.Tab;
import dev.sessionmesh.gateway.TabChannel;
import dev.sessionmesh.gateway.WireFrame;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
