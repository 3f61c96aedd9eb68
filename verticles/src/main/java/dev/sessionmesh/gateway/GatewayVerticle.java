package dev.sessionmesh.gateway;

import dev.sessionmesh.access.quota.Allowance;
import dev.sessionmesh.access.quota.Party;
import dev.sessionmesh.codec.json.ServerJson;
import dev.sessionmesh.core.CloseCode;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.gateway.http.Answers;
import dev.sessionmesh.gateway.http.Identity;
import dev.sessionmesh.gateway.http.Origins;
import dev.sessionmesh.gateway.http.Turnstile;
import dev.sessionmesh.gateway.socket.SocketOptions;
import dev.sessionmesh.loop.VertxLoops;
import dev.sessionmesh.presence.Presence;
import dev.sessionmesh.routing.Exchanges;
import dev.sessionmesh.routing.SessionService;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clients of one event loop. As many of them as there are event loops share the port. */
public final class GatewayVerticle extends VerticleBase {
    /** How far apart draining clients are asked to go, so that they don't arrive elsewhere all at once. */
    private static final int SPREAD_MILLIS = 2_000;

    private static final Logger LOG = LoggerFactory.getLogger(GatewayVerticle.class);
    private static final long QUORUM_CHECK_MILLIS = 1_000;
    /** What is expired or was taken back ends connections within this time. */
    private static final long ACCESS_CHECK_MILLIS = 250;

    private static final long SLOW_CHECK_MILLIS = 1_000;
    /** How long a loss of the majority must last before clients are sent to look for one. */
    private static final long ALONE_MILLIS = 3_000;
    /** How long until they are sent again. */
    private static final long ALONE_EVERY_MILLIS = 30_000;

    /** What a gateway is made of. */
    public record Kit(
            String node,
            String host,
            int port,
            SessionService service,
            Exchanges exchanges,
            Presence presence,
            Limits limits,
            BooleanSupplier quorum,
            BooleanSupplier draining,
            Identity identity,
            Origins origins,
            Turnstile turnstile,
            GatewayMeters meters,
            BiConsumer<Router, Hub> http) {}

    private static final Pattern WEBSOCKET = Pattern.compile("/v1/ws|/v1/sessions/([A-Za-z0-9._-]{1,128})/ws");

    private final Kit kit;
    private final Set<Connection> connections = new HashSet<>();
    private final Patience patience;
    private @Nullable HttpServer server;
    private @Nullable Hub hub;
    private long aloneMillis;
    private volatile boolean cut;

    public GatewayVerticle(Kit kit) {
        this.kit = kit;
        this.patience = new Patience(Patience.Times.USUAL, kit.turnstile());
    }

    @Override
    public Future<?> start() {
        if (cut) {
            return Future.failedFuture("the node is merged into another side");
        }
        Hub mine = new Hub(
                new VertxLoops(vertx), kit.service(), kit.exchanges(), kit.quorum(), kit.limits(), kit.meters());
        LoopLag.watch(vertx, kit.meters().loopLag());
        hub = mine;
        PresenceFeeds feeds = new PresenceFeeds(kit.presence(), kit.exchanges());
        Router router = Router.router(vertx);
        kit.http().accept(router, mine);
        vertx.setPeriodic(kit.limits().heartbeat().toMillis(), timer -> {
            long now = System.nanoTime();
            List.copyOf(connections).forEach(connection -> connection.beat(now));
        });
        vertx.setPeriodic(QUORUM_CHECK_MILLIS, timer -> lookForQuorum());
        vertx.setPeriodic(ACCESS_CHECK_MILLIS, timer -> List.copyOf(connections).forEach(Connection::checkAccess));
        HttpServer made = vertx.createHttpServer(SocketOptions.of(kit.limits()))
                .connectionHandler(connection -> patience.connected(connection, System.nanoTime()))
                .requestHandler(request -> {
                    patience.asked(request, System.nanoTime());
                    // Before the router, whose requests are wrappers: a tab needs the connection itself.
                    if (kit.origins().turnsAway(request)) {
                        kit.meters().errors().increment(ErrorCode.FORBIDDEN);
                    } else if (!upgrade(request, mine, feeds)) {
                        router.handle(request);
                    }
                });
        vertx.setPeriodic(SLOW_CHECK_MILLIS, timer -> patience.sweep(System.nanoTime()));
        server = made;
        return made.listen(kit.port(), kit.host());
    }

    /** The port it listens on. */
    public int port() {
        return server == null ? kit.port() : server.actualPort();
    }

    /** How many clients are connected here. Exact on the verticle's own event loop. */
    public int connections() {
        return connections.size();
    }

    /** How its tabs are served. Callable from anywhere. */
    public Future<Traffic> traffic() {
        return askHub(Traffic.NONE, Hub::traffic);
    }

    /** How many of its tabs are in each of these sessions; those without any are left out. Callable from anywhere. */
    public Future<Map<SessionKey, Integer>> tabs(Set<SessionKey> keys) {
        return askHub(Map.of(), known -> known.tabs(keys));
    }

    private <T> Future<T> askHub(T otherwise, Function<Hub, T> question) {
        @Nullable Context own = context;
        if (own == null) {
            return Future.succeededFuture(otherwise); // not deployed
        }
        Promise<T> answer = Promise.promise();
        own.runOnContext(now -> {
            @Nullable Hub known = hub;
            answer.complete(known == null ? otherwise : question.apply(known));
        });
        return answer.future();
    }

    /** Asks every client to go elsewhere, spread out, and closes what is left afterwards. Callable from anywhere. */
    public Future<Void> drain() {
        Promise<Void> drained = Promise.promise();
        Context own = context;
        own.runOnContext(now -> {
            sendElsewhere(ServerJson.Leaving.DRAINING);
            long wait = connections.isEmpty() ? 1 : SPREAD_MILLIS + 500L;
            vertx.setTimer(wait, timer -> {
                List.copyOf(connections).forEach(connection -> connection.close(CloseCode.DRAINING));
                drained.complete();
            });
        });
        return drained.future();
    }

    /** Closes every connection at once and takes no more. Callable from anywhere. */
    public Future<Void> cutOff() {
        Promise<Void> done = Promise.promise();
        @Nullable Context own = context;
        cut = true;
        if (own == null) {
            return Future.succeededFuture(); // not deployed: it will refuse to be
        }
        own.runOnContext(now -> {
            List.copyOf(connections).forEach(connection -> connection.close(CloseCode.DRAINING));
            (server == null ? Future.<Void>succeededFuture() : server.close()).onComplete(done);
        });
        return done.future();
    }

    private void sendElsewhere(ServerJson.Leaving why) {
        int i = 0;
        for (Connection connection : List.copyOf(connections)) {
            connection.goaway(why, 1 + (long) SPREAD_MILLIS * i++ / connections.size());
        }
    }

    /**
     * A node that is cut off reads on and writes nothing. Its clients may reach one that does: they are asked to look for it now and then,
     * and lose nothing if there is none.
     */
    private void lookForQuorum() {
        if (kit.quorum().getAsBoolean()) {
            aloneMillis = 0;
            return;
        }
        aloneMillis += QUORUM_CHECK_MILLIS;
        if (aloneMillis % ALONE_EVERY_MILLIS == ALONE_MILLIS) {
            sendElsewhere(ServerJson.Leaving.NO_QUORUM);
        }
    }

    private boolean upgrade(HttpServerRequest request, Hub mine, PresenceFeeds feeds) {
        Matcher address = WEBSOCKET.matcher(request.path() == null ? "" : request.path());
        if (!address.matches()) {
            return false;
        }
        if (!"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            request.response()
                    .setStatusCode(426)
                    .putHeader("Upgrade", "websocket")
                    .end();
            return true;
        }
        if (!kit.origins().admits(request)) {
            refuse(request, ErrorCode.FORBIDDEN, "pages of another origin may not do this");
            return true;
        }
        if (kit.draining().getAsBoolean()) {
            refuse(request, ErrorCode.DRAINING, "this node takes no new clients");
            return true;
        }
        Party from = kit.turnstile().address(request);
        if (kit.turnstile().turnsAway(request, from)) {
            return true;
        }
        // An upgrade must not have been read to its end before it is asked for.
        request.pause();
        kit.identity().of(request).onComplete(who -> {
            Optional<Allowance> room = known(who).map(caller -> kit.turnstile().allowance(from, caller));
            if (room.isPresent() && kit.turnstile().turnsAway(request, room.get())) {
                request.resume();
                return;
            }
            // A malformed handshake is answered by Vert.x itself.
            request.toWebSocket()
                    .onFailure(malformed -> room.ifPresent(Allowance::leave))
                    .onSuccess(ws -> {
                        patience.forget(request.connection());
                        if (who.failed()) {
                            LOG.error("a caller could not be identified", who.cause());
                            ws.close((short) CloseCode.INTERNAL.code(), CloseCode.INTERNAL.reason());
                        } else {
                            admit(ws, request, who.result(), room, address.group(1), mine, feeds);
                        }
                    });
        });
        return true;
    }

    private void refuse(HttpServerRequest request, ErrorCode code, String message) {
        kit.meters().errors().increment(code);
        Answers.refuse(request.response(), code, message);
    }

    private static Optional<Identity.Caller> known(AsyncResult<Outcome<Identity.Caller>> who) {
        return who.succeeded() && who.result() instanceof Outcome.Done<Identity.Caller>(Identity.Caller caller)
                ? Optional.of(caller)
                : Optional.empty();
    }

    /** Browsers see no refused handshake, so who may not come in is told in a frame. */
    private void admit(
            ServerWebSocket ws,
            HttpServerRequest request,
            Outcome<Identity.Caller> who,
            Optional<Allowance> room,
            @Nullable String session,
            Hub mine,
            PresenceFeeds feeds) {
        switch (who) {
            case Outcome.Done<Identity.Caller>(Identity.Caller caller) ->
                connected(ws, request, caller, room.orElseThrow(), session, mine, feeds);
            case Outcome.Refused<Identity.Caller> refused -> {
                kit.meters().errors().increment(refused.code());
                ws.writeTextMessage(new String(
                        ServerJson.error(
                                refused.code(), refused.message(), Optional.empty(), Optional.empty(), Map.of(), 0),
                        StandardCharsets.UTF_8));
                CloseCode why = refused.code() == ErrorCode.UNAUTHORIZED
                        ? CloseCode.UNAUTHORIZED
                        : refused.code().retryable() ? CloseCode.INTERNAL : CloseCode.BAD_FRAME;
                ws.close((short) why.code(), why.reason());
            }
        }
    }

    private void connected(
            ServerWebSocket ws,
            HttpServerRequest request,
            Identity.Caller caller,
            Allowance room,
            @Nullable String session,
            Hub mine,
            PresenceFeeds feeds) {
        Connection connection = new Connection(
                ws, mine, feeds, kit.service(), kit.identity(), caller, kit.node(), kit.draining(), room);
        connections.add(connection);
        kit.meters().webSockets().up();
        ws.closeHandler(closed -> {
            connections.remove(connection);
            kit.meters().webSockets().down();
            room.leave();
            connection.onClosed();
        });
        if (kit.draining().getAsBoolean()) {
            // Its handshake was under way when the drain began, which may be over by now.
            connection.close(CloseCode.DRAINING);
            return;
        }
        if (session != null) {
            connection.attachAtOnce(session, Shortcut.of(request));
        }
    }
}
