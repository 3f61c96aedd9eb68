package dev.sessionmesh.chaos.fault;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A TCP proxy that hands everything on, but for the faults it was told; they can be changed while connections last. Everything
 * happens on one Vert.x context. Half-closed connections are not kept: when one end has said all, both are closed.
 */
public final class FaultProxy {

    private static final int BACKLOG = 1024;
    private static final int CONNECT_MS = 2_000;

    private final Context context;
    private final Random random;
    private final NetClient client;
    /** Each new connection goes to the next of them. */
    private volatile List<SocketAddress> targets;

    private final Set<ProxiedConnection> connections = new LinkedHashSet<>();
    private final NetServer server;
    private volatile Faults faults = Faults.none();
    private long accepted;
    private int turn;

    private FaultProxy(Vertx vertx, SocketAddress target, long seed) {
        this.context = vertx.getOrCreateContext();
        this.random = new Random(seed);
        this.targets = List.of(target);
        this.client = vertx.createNetClient(new NetClientOptions().setConnectTimeout(CONNECT_MS));
        this.server = vertx.createNetServer(new NetServerOptions().setAcceptBacklog(BACKLOG))
                .connectHandler(this::accept);
    }

    /**
     * Listens on a free port of {@code host}.
     *
     * @param seed of the jitter
     */
    public static Future<FaultProxy> start(Vertx vertx, String host, SocketAddress target, long seed) {
        FaultProxy proxy = new FaultProxy(vertx, target, seed);
        Promise<FaultProxy> started = Promise.promise();
        // On its own context, so that its sockets share it.
        proxy.context.runOnContext(
                now -> proxy.server.listen(0, host).map(listening -> proxy).onComplete(started));
        return started.future();
    }

    public int port() {
        return server.actualPort();
    }

    /** From now on, for connections that are there as well. */
    public Future<Void> set(Faults others) {
        return here(() -> {
                    faults = others;
                    List.copyOf(connections).forEach(ProxiedConnection::changed);
                    return 0;
                })
                .mapEmpty();
    }

    /** New connections go there from now on, to each of them in turn; those that are there stay. */
    public void lead(List<SocketAddress> others) {
        if (others.isEmpty()) {
            throw new IllegalArgumentException("a proxy leads somewhere");
        }
        targets = List.copyOf(others);
    }

    /** Tears every connection that is there; the answer is how many. */
    public Future<Integer> resetAll() {
        return here(() -> {
            List<ProxiedConnection> all = new ArrayList<>(connections);
            all.forEach(ProxiedConnection::reset);
            return all.size();
        });
    }

    /** How many connections there are, and how many there were. */
    public Future<long[]> counts() {
        return here(() -> new long[] {connections.size(), accepted});
    }

    private <T> Future<T> here(Supplier<T> work) {
        Promise<T> done = Promise.promise();
        context.runOnContext(now -> {
            try {
                done.complete(work.get());
            } catch (RuntimeException failed) {
                done.fail(failed);
            }
        });
        return done.future();
    }

    private void accept(NetSocket socket) {
        socket.pause();
        List<SocketAddress> all = targets;
        client.connect(all.get(turn++ % all.size()))
                .onComplete(reached -> context.runOnContext(now -> {
                    if (reached.failed()) {
                        socket.close();
                        return;
                    }
                    accepted++;
                    connections.add(new ProxiedConnection(
                            context, socket, reached.result(), () -> faults, random, connections::remove));
                }));
    }

    public Future<Void> close() {
        return resetAll().compose(all -> server.close()).compose(closed -> client.close());
    }
}
