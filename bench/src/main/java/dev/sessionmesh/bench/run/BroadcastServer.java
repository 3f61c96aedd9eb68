package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.driver.Stamps;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.gateway.socket.EncodedFrame;
import dev.sessionmesh.gateway.socket.SocketOptions;
import dev.sessionmesh.gateway.socket.TabSocket;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What Sessionmesh is compared with: a bare broadcast without sessions, log or copies. Events come to its one event loop a task
 * each, as from a bus, and each is written to the tabs of its session: with Vert.x's {@code writeTextMessage}, or with our socket
 * layer.
 */
public final class BroadcastServer extends AbstractVerticle {
    static final String PLAIN = "plain";
    static final String ENCODED = "encoded";

    /** Events that may wait for the loop; a broadcast that is behind further loses events instead of its memory. */
    private static final int WAITING_MAX = 50_000;

    private static final long ROUND_NANOS = 500_000;
    private static final String PATH = "/v1/sessions/s";

    private final int port;
    private final boolean encoded;
    private final int tokenBytes;
    private final List<Session> sessions = new ArrayList<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile int eventsPerSecond;

    private BroadcastServer(int port, boolean encoded, int sessions, int tokenBytes) {
        this.port = port;
        this.encoded = encoded;
        this.tokenBytes = tokenBytes;
        for (int i = 0; i < sessions; i++) {
            this.sessions.add(new Session("s" + i, new ArrayList<>()));
        }
    }

    private static final class Session {
        private final String id;
        private final List<Listener> listeners;
        private long seq;

        Session(String id, List<Listener> listeners) {
            this.id = id;
            this.listeners = listeners;
        }
    }

    private record Listener(ServerWebSocket plain, @Nullable TabSocket encoded) {}

    /** Arguments: port, way of writing, sessions, bytes of a token. */
    public static void main(String[] arguments) {
        BroadcastServer server = new BroadcastServer(
                Integer.parseInt(arguments[0]),
                arguments[1].equals(ENCODED),
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]));
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        vertx.deployVerticle(server).onFailure(failed -> {
            failed.printStackTrace();
            System.exit(1);
        });
    }

    @Override
    public void start(Promise<Void> started) {
        // Nobody says anything to it: its tabs must not be taken for gone.
        vertx.createHttpServer(SocketOptions.of(Limits.DEFAULT).setIdleTimeout(0))
                .requestHandler(request -> {
                    String events = request.getParam("events");
                    if (events != null) {
                        eventsPerSecond = Integer.parseInt(events);
                    }
                    var unused = request.response().end();
                })
                .webSocketHandler(this::join)
                .listen(port, "127.0.0.1")
                .<Void>mapEmpty()
                .onComplete(started);
        Context loop = context;
        Thread.ofPlatform().daemon().name("producer").start(() -> produce(loop));
    }

    private void join(ServerWebSocket socket) {
        String path = socket.path();
        int session = Integer.parseInt(path.substring(PATH.length(), path.indexOf('/', PATH.length())));
        List<Listener> listeners = sessions.get(session).listeners;
        Listener listener =
                new Listener(socket, encoded ? TabSocket.of(socket, Limits.DEFAULT.tabWindowBytes()) : null);
        listeners.add(listener);
        socket.closeHandler(closed -> listeners.remove(listener));
        var unused = socket.writeTextMessage("{\"type\":\"attached\",\"session\":\"s" + session + "\"}");
    }

    private void produce(Context loop) {
        long produced = 0;
        long since = System.nanoTime();
        int rate = eventsPerSecond;
        while (true) {
            if (rate != eventsPerSecond) {
                rate = eventsPerSecond;
                since = System.nanoTime();
                produced = 0;
            }
            long owed = (long) ((System.nanoTime() - since) / 1e9 * rate) - produced;
            for (long i = 0; i < owed; i++) {
                Session session = sessions.get((int) (produced++ % sessions.size()));
                if (waiting.get() < WAITING_MAX) {
                    waiting.incrementAndGet();
                    String token = Stamps.token(tokenBytes);
                    loop.runOnContext(none -> deliver(session, token));
                }
            }
            LockSupport.parkNanos(ROUND_NANOS);
        }
    }

    private void deliver(Session session, String token) {
        waiting.decrementAndGet();
        String json = "{\"type\":\"token\",\"session\":\"" + session.id + "\",\"seq\":" + ++session.seq
                + ",\"messageId\":\"m1\",\"text\":\"" + token + "\"}";
        EncodedFrame frame = encoded ? EncodedFrame.text(json) : null;
        for (Listener listener : session.listeners) {
            if (frame != null && listener.encoded != null) {
                listener.encoded.write(frame);
            } else if (!listener.plain.writeQueueFull()) {
                var unused = listener.plain.writeTextMessage(json);
            }
        }
    }
}
