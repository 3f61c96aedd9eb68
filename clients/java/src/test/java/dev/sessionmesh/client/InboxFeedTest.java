package dev.sessionmesh.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A followed inbox, at two nodes that tell, fall silent, end and refuse. */
@Timeout(30)
final class InboxFeedTest {

    /** Remembers what it is told. */
    private static final class Owner implements InboxListener {
        final BlockingQueue<Inbox> inboxes = new LinkedBlockingQueue<>();
        final BlockingQueue<SessionmeshException> failures = new LinkedBlockingQueue<>();

        @Override
        public void changed(Inbox inbox) {
            inboxes.add(inbox);
        }

        @Override
        public void failed(SessionmeshException why) {
            failures.add(why);
        }

        List<String> next() throws InterruptedException {
            Inbox inbox = inboxes.poll(10, TimeUnit.SECONDS);
            assertTrue(inbox != null, () -> "nothing was told; failures: " + failures);
            return names(inbox);
        }
    }

    private record Asked(String node, HttpServerRequest request) {
        HttpServerResponse stream() {
            HttpServerResponse response = request.response();
            response.setChunked(true).putHeader("Content-Type", "text/event-stream");
            response.write("retry: 1000\n\n");
            return response;
        }
    }

    private final Vertx vertx = Vertx.vertx();
    private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
    private final Owner owner = new Owner();
    private final AtomicInteger tokens = new AtomicInteger();
    private ClientOptions options;
    private SessionmeshClient client;

    @BeforeEach
    void start_two_nodes() throws Exception {
        options = ClientOptions.of(List.of(node("n1"), node("n2")))
                .withTokens(() -> Future.succeededFuture("t" + tokens.incrementAndGet()))
                .withLimits(ClientLimits.defaults().withBackoff(Duration.ofMillis(5), Duration.ofMillis(50)));
        client = SessionmeshClient.create(vertx, options);
    }

    @AfterEach
    void stop() throws Exception {
        client.close().await(10, TimeUnit.SECONDS);
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private URI node(String name) throws Exception {
        HttpServer server = vertx.createHttpServer().requestHandler(request -> asked.add(new Asked(name, request)));
        server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    private Asked asked() throws InterruptedException {
        Asked next = asked.poll(10, TimeUnit.SECONDS);
        assertTrue(next != null, "nobody asked");
        return next;
    }

    private static List<String> names(Inbox inbox) {
        return inbox.waiting().stream()
                .map(entry -> entry.session() + "/" + entry.approval().callId())
                .toList();
    }

    private static String approval(String session, String call, int second) {
        return "{'turn':'t1','session':'" + session + "','callId':'" + call
                + "','name':'publish','needed':1,'votes':[]," + "'argumentsHash':'ab','at':'2026-01-01T00:00:0" + second
                + "Z','deadline':'2026-01-02T00:00:00Z'}";
    }

    private static String event(String fields) {
        return ("event: inbox\ndata: {'type':'inbox'," + fields + "}\n\n").replace('\'', '"');
    }

    private static String full(String... approvals) {
        return event("'full':true,'approvals':[" + String.join(",", approvals) + "]");
    }

    private static String change(String approvals, String gone) {
        return event("'approvals':[" + approvals + "],'gone':[" + gone + "]");
    }

    @Test
    void all_there_is_comes_first_and_then_what_changed() throws Exception {
        InboxFeed feed = client.followInbox(owner);
        Asked first = asked();
        assertEquals("/v1/inbox", first.request().path());
        assertEquals("text/event-stream", first.request().getHeader("Accept"));
        HttpServerResponse stream = first.stream();
        stream.write(full(approval("a", "k1", 1), approval("b", "k1", 3)));
        assertEquals(List.of("a/k1", "b/k1"), owner.next());
        stream.write(":\n\n");
        stream.write(change(approval("c", "k2", 2), "{'session':'a','callId':'k1'}"));
        assertEquals(List.of("c/k2", "b/k1"), owner.next(), "oldest first");
        stream.write(change(approval("b", "k1", 3), ""));
        assertEquals(List.of("c/k2", "b/k1"), owner.next(), "one that changed is there once");
        assertEquals(List.of("c/k2", "b/k1"), names(feed.inbox()));
        assertTrue(owner.failures.isEmpty());
    }

    @Test
    void a_lost_stream_begins_anew_at_the_next_node_with_another_token() throws Exception {
        client.followInbox(owner);
        Asked first = asked();
        HttpServerResponse stream = first.stream();
        stream.write(full(approval("a", "k1", 1)));
        owner.next();
        stream.write(event("'approv").stripTrailing()).onComplete(written -> stream.reset());
        Asked second = asked();
        assertEquals("unreachable", owner.failures.take().code());
        assertEquals(List.of("n1", "n2"), List.of(first.node(), second.node()));
        assertEquals("Bearer t1", first.request().getHeader("Authorization"));
        assertEquals("Bearer t2", second.request().getHeader("Authorization"));
        second.stream().write(full(approval("b", "k1", 1)));
        assertEquals(List.of("b/k1"), owner.next());
    }

    @Test
    void a_stream_that_a_draining_node_ends_is_no_failure() throws Exception {
        client.followInbox(owner);
        asked().stream().end("event: goaway\ndata: {\"type\":\"goaway\",\"reason\":\"draining\",\"withinMs\":0}\n\n");
        asked().stream().write(full());
        assertEquals(List.of(), owner.next());
        assertTrue(owner.failures.isEmpty());
    }

    @Test
    void a_stream_without_a_sign_of_life_is_given_up() throws Exception {
        ClientOptions impatient = options.withLimits(options.limits().withStreamQuiet(Duration.ofMillis(300)));
        client.followInbox(impatient, owner);
        asked().stream();
        assertEquals("n2", asked().node());
        assertEquals("unreachable", owner.failures.take().code());
    }

    @Test
    void a_stream_that_says_something_now_and_then_is_kept() throws Exception {
        ClientOptions impatient = options.withLimits(options.limits().withStreamQuiet(Duration.ofSeconds(2)));
        client.followInbox(impatient, owner);
        HttpServerResponse stream = asked().stream();
        for (int i = 0; i < 12; i++) {
            stream.write(":\n\n");
            Thread.sleep(250);
        }
        stream.write(full(approval("a", "k1", 1)));
        assertEquals(List.of("a/k1"), owner.next());
        assertTrue(asked.isEmpty());
    }

    @Test
    void a_refusal_for_now_is_told_and_tried_again_and_one_for_good_ends_it() throws Exception {
        InboxFeed feed = client.followInbox(owner);
        refuse(asked(), 429, "rate_limited", true);
        assertEquals("rate_limited", owner.failures.take().code());
        refuse(asked(), 401, "unauthorized", false);
        assertEquals("unauthorized", owner.failures.take().code());
        assertEquals("unauthorized", feed.ended().await(10, TimeUnit.SECONDS).code());
        Thread.sleep(200);
        assertTrue(asked.isEmpty());
    }

    private static void refuse(Asked asked, int status, String code, boolean retryable) {
        asked.request()
                .response()
                .setStatusCode(status)
                .end("{\"error\":{\"code\":\"" + code + "\",\"message\":\"no\",\"retryable\":" + retryable + "}}");
    }

    @Test
    void closed_it_leaves_no_connection_and_tells_nothing_more() throws Exception {
        InboxFeed feed = client.followInbox(owner);
        Asked first = asked();
        CountDownLatch gone = new CountDownLatch(1);
        first.request().connection().closeHandler(closed -> gone.countDown());
        first.stream().write(full());
        owner.next();
        feed.close().await(10, TimeUnit.SECONDS);
        assertTrue(gone.await(10, TimeUnit.SECONDS));
        Thread.sleep(200);
        assertTrue(asked.isEmpty() && owner.inboxes.isEmpty() && owner.failures.isEmpty());
        assertEquals("closed", feed.ended().result().code());
    }

    @Test
    void a_listener_that_throws_does_not_end_it() throws Exception {
        client.followInbox(inbox -> {
            owner.changed(inbox);
            throw new IllegalStateException("a listener of the test");
        });
        HttpServerResponse stream = asked().stream();
        stream.write(full());
        owner.next();
        stream.write(change(approval("a", "k1", 1), ""));
        assertEquals(List.of("a/k1"), owner.next());
    }

    @Test
    void events_come_whole_in_whatever_pieces_they_arrive() {
        String stream = ": hello\n\nid: 7\r\nevent: x\r\ndata: {\"a\":\r\ndata:\"ä\"}\r\n\r\ndata: b\n\n\n";
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        for (int size = 1; size <= bytes.length; size++) {
            List<String> events = new ArrayList<>();
            EventLines lines = new EventLines(100, events::add);
            for (int at = 0; at < bytes.length; at += size) {
                lines.handle(Buffer.buffer(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size))));
            }
            assertEquals(List.of("{\"a\":\n\"ä\"}", "b"), events);
        }
    }

    @Test
    void an_event_that_does_not_end_is_not_waited_for() {
        for (String piece : List.of("data: 12345\n", "data: 1234567890")) {
            EventLines lines = new EventLines(100, event -> {});
            boolean refused = false;
            for (int i = 0; i < 50 && !refused; i++) {
                try {
                    lines.handle(Buffer.buffer(piece));
                } catch (FrameReader.BadFrame tooLong) {
                    refused = true;
                }
            }
            assertTrue(refused, piece);
        }
    }
}
