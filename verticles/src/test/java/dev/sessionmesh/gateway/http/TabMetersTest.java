package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.gateway.GatewayMeters;
import dev.sessionmesh.gateway.Hub;
import dev.sessionmesh.gateway.Tab;
import dev.sessionmesh.gateway.TabChannel;
import dev.sessionmesh.gateway.WireFrame;
import dev.sessionmesh.telemetry.metrics.Exposition;
import dev.sessionmesh.telemetry.metrics.ScrapedPage;
import io.vertx.core.Promise;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is measured of those who follow sessions. */
@Timeout(30)
final class TabMetersTest {
    private static final SessionKey KEY = new SessionKey(SessionKey.DEFAULT_TENANT, "s1");
    private HttpNode node;

    @BeforeEach
    void start() throws Exception {
        node = new HttpNode();
        node.post("/v1/sessions", "{\"id\":\"s1\"}");
        node.post("/v1/sessions/s1/inputs", "{\"text\":\"hello\"}");
        node.run("s1", "t1", text("one"), text("two"));
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void who_comes_back_is_told_apart_from_who_begins_and_why_he_could_not() throws Exception {
        assertEquals(200, status("/v1/sessions/s1/events?after=0"));
        assertEquals(200, status("/v1/sessions/s1/events?after=2"));
        assertEquals(400, status("/v1/sessions/s1/events?after=9999"));
        assertEquals(404, status("/v1/sessions/s2/events?after=2"));
        node.permits = false;
        assertEquals(403, status("/v1/sessions/s1/events?after=2"));
        assertEquals(1, page().value("sessionmesh_attaches_total", "wish", "begin", "result", "done"));
        assertEquals(1, page().value("sessionmesh_attaches_total", "wish", "resume", "result", "done"));
        assertEquals(1, page().value("sessionmesh_attaches_total", "wish", "resume", "result", "position_ahead"));
        assertEquals(1, page().value("sessionmesh_attaches_total", "wish", "resume", "result", "not_found"));
        assertEquals(1, page().value("sessionmesh_attaches_total", "wish", "resume", "result", "forbidden"));
        assertEquals(5, page().value("sessionmesh_attach_seconds_count"));
        assertEquals(1, page().value("sessionmesh_errors_answered_total", "code", "position_ahead"));
        assertEquals(1, page().value("sessionmesh_errors_answered_total", "code", "session_not_found"));
        assertEquals(1, page().value("sessionmesh_errors_answered_total", "code", "forbidden"));
    }

    @Test
    void streams_and_tabs_are_counted_while_they_are_open() throws Exception {
        HttpResponse<InputStream> stream =
                node.client().send(stream("/v1/sessions/s1/events"), BodyHandlers.ofInputStream());
        until(() -> page().value("sessionmesh_connections", "kind", "event_stream") == 1);
        until(() -> page().value("sessionmesh_tabs") == 1);
        until(() -> page().value("sessionmesh_presence_tabs") == 1);
        stream.body().close();
        until(() -> page().value("sessionmesh_connections", "kind", "event_stream") == 0);
        until(() -> page().value("sessionmesh_tabs") == 0);
        until(() -> page().value("sessionmesh_presence_tabs") == 0);
    }

    @Test
    void a_tab_that_takes_nothing_is_slow_until_it_has_caught_up() throws Exception {
        Channel channel = new Channel();
        Tab tab = attach(channel, 0);
        until(() -> page().value("sessionmesh_tabs_slow") == 0 && channel.frames.get() > 3);
        double frames = page().value("sessionmesh_frames_sent_total");
        channel.writable = false;
        node.produce("s1", "t1", 2, text("three"));
        until(() -> page().value("sessionmesh_tabs_slow") == 1);
        node.produce("s1", "t1", 3, text("four"));
        assertEquals(frames, page().value("sessionmesh_frames_sent_total"));
        channel.writable = true;
        node.vertx.runOnContext(now -> channel.loop.execute(tab::pump));
        until(() -> page().value("sessionmesh_tabs_slow") == 0);
        assertTrue(page().value("sessionmesh_events_sent_total") >= page().value("sessionmesh_frames_sent_total"));
        channel.writable = false;
        node.produce("s1", "t1", 4, text("five"));
        until(() -> page().value("sessionmesh_tabs_slow") == 1);
        channel.loop.execute(tab::close);
        until(() -> page().value("sessionmesh_tabs_slow") == 0 && page().value("sessionmesh_tabs") == 0);
    }

    @Test
    void what_is_said_while_somebody_follows_is_measured_once_it_is_handed_over() throws Exception {
        double before = page().value("sessionmesh_delivery_seconds_count");
        attach(new Channel(), 0);
        assertEquals(before, page().value("sessionmesh_delivery_seconds_count"), "nothing new was said");
        node.produce("s1", "t1", 2, text("three"));
        until(() -> page().value("sessionmesh_delivery_seconds_count") == before + 1);
        assertEquals(before + 1, page().value("sessionmesh_event_age_seconds_count"));
        assertTrue(page().value("sessionmesh_delivery_seconds_sum") < 10);
        assertTrue(page().value("sessionmesh_event_age_seconds_sum") < 10);
    }

    @Test
    void the_events_behind_a_place_are_counted_however_few_frames_they_come_in() throws Exception {
        Channel channel = new Channel();
        attach(channel, 2);
        long head = Long.parseLong(node.get("/v1/sessions/s1").body().replaceAll("(?s).*\"head\":(\\d+).*", "$1"));
        until(() -> page().value("sessionmesh_events_sent_total") == head - 2);
    }

    private Tab attach(Channel channel, long after) throws Exception {
        Promise<Tab> attached = Promise.promise();
        node.vertx.runOnContext(now -> {
            channel.loop = node.loops.current();
            Hub hub = new Hub(
                    node.loops,
                    node.service,
                    node.exchanges,
                    () -> true,
                    HttpNode.LIMITS,
                    GatewayMeters.of(node.metrics));
            hub.attach(Access.ALL, KEY, Hub.Begin.after(after), channel)
                    .map(outcome -> ((Outcome.Done<Hub.Attachment>) outcome).value())
                    .onSuccess(attachment -> attachment.tab().start(attachment.answer()))
                    .map(Hub.Attachment::tab)
                    .onComplete(attached);
        });
        return HttpNode.await(attached.future());
    }

    private static final class Channel implements TabChannel {
        final AtomicInteger frames = new AtomicInteger();
        volatile boolean writable = true;
        dev.sessionmesh.loop.Loop loop;

        @Override
        public void send(WireFrame frame) {
            frames.incrementAndGet();
        }

        @Override
        public boolean writable() {
            return writable;
        }
    }

    private static Output text(String word) {
        return new Output.Text(DeltaKind.TEXT, 0, TokenRun.of(List.of(word)));
    }

    private int status(String path) throws Exception {
        HttpResponse<InputStream> answer = node.client().send(stream(path), BodyHandlers.ofInputStream());
        answer.body().close();
        return answer.statusCode();
    }

    private HttpRequest stream(String path) {
        return node.request(path).header("Accept", "text/event-stream").build();
    }

    private ScrapedPage page() {
        return ScrapedPage.of(new String(Exposition.of(node.metrics, "").body(), StandardCharsets.UTF_8));
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        assertTrue(condition.getAsBoolean());
    }
}
