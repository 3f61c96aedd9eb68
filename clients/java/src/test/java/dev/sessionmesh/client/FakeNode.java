package dev.sessionmesh.client;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A node that speaks the native protocol over a shared session map, and misbehaves on request. */
final class FakeNode {

    /** What a node does wrong; each is checked at one place below. */
    static final class Faults {
        /** Cut a connection after so many frames; 0: never. */
        volatile int cutAfterFrames;
        /** Execute the next command, then cut the connection instead of answering. */
        volatile boolean swallowNextAck;
        /** What happens then, before the client comes back. */
        volatile Runnable afterSwallowing = () -> {};
        /** Leave out the event of this seq, once. */
        volatile long skipSeq;
        /** Accept connections and say nothing at all. */
        volatile boolean silent;
        /** Hear nothing any more, on open connections too. */
        volatile boolean deaf;
        /** Tell each newcomer to go away. */
        volatile boolean draining;
        /** The time between two messages of a snapshot; 0: none. */
        volatile long snapshotPauseMs;
        /** Answer HTTP requests after so long. */
        volatile long httpDelayMs;
        /** Begin the answers to HTTP requests, and say no more. */
        volatile boolean halfAnswers;
        /** Answer attach with this error code. */
        volatile String refuseAttach = "";
        /** Answer the next commands with this code, so many times. */
        volatile String refuseCommand = "";

        final AtomicInteger refusals = new AtomicInteger();
        volatile boolean retryable;
    }

    final String name;
    final Faults faults = new Faults();
    final List<ServerWebSocket> sockets = new CopyOnWriteArrayList<>();
    final List<JsonObject> received = new CopyOnWriteArrayList<>();
    final AtomicInteger accepted = new AtomicInteger();
    private final Vertx vertx;
    private final HttpServer server;
    private final Map<String, FakeSession> sessions;

    private FakeNode(Vertx vertx, String name, Map<String, FakeSession> sessions) {
        this.vertx = vertx;
        this.name = name;
        this.sessions = sessions;
        this.server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(this::http)
                .webSocketHandler(this::webSocket);
    }

    static Future<FakeNode> start(Vertx vertx, String name, Map<String, FakeSession> sessions) {
        FakeNode node = new FakeNode(vertx, name, sessions);
        return node.server.listen().map(node);
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    void goAway() {
        sockets.forEach(FakeNode::goAway);
    }

    private static void goAway(ServerWebSocket socket) {
        socket.writeTextMessage(new JsonObject()
                .put("type", "goaway")
                .put("reason", "draining")
                .put("withinMs", 5000)
                .encode());
    }

    void closeAll(int code) {
        sockets.forEach(socket -> socket.close((short) code));
    }

    private void webSocket(ServerWebSocket socket) {
        accepted.incrementAndGet();
        sockets.add(socket);
        socket.closeHandler(gone -> sockets.remove(socket));
        if (faults.silent) {
            return;
        }
        Consumer<JsonObject> out = sender(socket);
        out.accept(new JsonObject()
                .put("type", "welcome")
                .put("protocol", 1)
                .put("node", name)
                .put("connection", "x")
                .put("heartbeatMs", 100)
                .put("limits", new JsonObject().put("toolClaimMs", FakeClaims.LEASE_MS)));
        if (faults.draining) {
            goAway(socket);
        }
        socket.textMessageHandler(text -> receive(socket, new JsonObject(text), out));
    }

    private Consumer<JsonObject> sender(ServerWebSocket socket) {
        int[] sent = {0};
        int limit = faults.cutAfterFrames;
        int[] paused = {0};
        return frame -> {
            if (faults.snapshotPauseMs > 0 && "message".equals(frame.getString("type"))) {
                vertx.setTimer(
                        faults.snapshotPauseMs * ++paused[0], ignored -> socket.writeTextMessage(frame.encode()));
                return;
            }
            if (faults.skipSeq != 0 && Long.valueOf(faults.skipSeq).equals(frame.getLong("seq"))) {
                faults.skipSeq = 0;
                return;
            }
            boolean last = ++sent[0] == limit;
            if (!socket.isClosed() && (limit == 0 || sent[0] <= limit)) {
                socket.writeTextMessage(frame.encode()).onComplete(written -> {
                    if (last) {
                        cut(socket);
                    }
                });
            }
        };
    }

    /** As a killed node does it: no close frame. */
    private static void cut(ServerWebSocket socket) {
        Channel channel = ((WebSocketInternal) socket).channelHandlerContext().channel();
        channel.unsafe().close(channel.unsafe().voidPromise());
    }

    private void receive(ServerWebSocket socket, JsonObject frame, Consumer<JsonObject> out) {
        if (faults.deaf) {
            return;
        }
        received.add(frame);
        FakeSession session = sessions.get(frame.getString("session", ""));
        switch (frame.getString("type")) {
            case "attach" -> {
                if (!faults.refuseAttach.isEmpty()) {
                    out.accept(error(faults.refuseAttach, faults.retryable));
                } else if (session == null) {
                    out.accept(error("session_not_found", false));
                } else {
                    socket.closeHandler(gone -> {
                        sockets.remove(socket);
                        session.detach(out);
                    });
                    session.attach(frame, out);
                }
            }
            case "detach" -> {
                session.detach(out);
                out.accept(new JsonObject().put("type", "detached").put("session", session.id));
            }
            case "ping" -> out.accept(new JsonObject().put("type", "pong").put("id", frame.getString("id")));
            case "presence", "read" -> {}
            default -> command(socket, frame, session, out);
        }
    }

    private void command(ServerWebSocket socket, JsonObject frame, FakeSession session, Consumer<JsonObject> out) {
        if (faults.refusals.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            out.accept(error(faults.refuseCommand, faults.retryable).put("id", frame.getString("id")));
            return;
        }
        JsonObject ack = session.execute(frame);
        if (faults.swallowNextAck) {
            faults.swallowNextAck = false;
            faults.afterSwallowing.run();
            cut(socket);
        } else {
            out.accept(ack);
        }
    }

    private static JsonObject error(String code, boolean retryable) {
        return new JsonObject()
                .put("type", "error")
                .put("code", code)
                .put("message", "fake")
                .put("retryable", retryable);
    }

    private void http(HttpServerRequest request) {
        if (faults.httpDelayMs > 0) {
            vertx.setTimer(faults.httpDelayMs, ignored -> answer(request));
        } else {
            answer(request);
        }
    }

    private void answer(HttpServerRequest request) {
        if (faults.halfAnswers) {
            request.response().setChunked(true).write("{");
            return;
        }
        String[] path = request.path().split("/");
        if (request.path().equals("/v1/sessions")) {
            request.body().onSuccess(body -> {
                String id = body.toJsonObject().getString("id");
                sessions.putIfAbsent(id, new FakeSession(id));
                request.response()
                        .setStatusCode(201)
                        .end(new JsonObject().put("id", id).toBuffer());
            });
            return;
        }
        FakeSession session = sessions.get(path[3]);
        if (session == null) {
            request.response()
                    .setStatusCode(404)
                    .end(new JsonObject()
                            .put("error", error("session_not_found", false))
                            .toBuffer());
        } else if (path.length > 4) {
            long after = Long.parseLong(request.getParam("after"));
            List<JsonObject> page =
                    session.events().stream().skip(after).limit(2).toList();
            request.response()
                    .end(new JsonObject()
                            .put("events", new JsonArray(page))
                            .put("head", session.head())
                            .toBuffer());
        } else {
            request.response()
                    .end(new JsonObject()
                            .put("id", session.id)
                            .put("head", session.head())
                            .toBuffer());
        }
    }
}
