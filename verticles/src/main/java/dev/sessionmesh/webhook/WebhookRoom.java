package dev.sessionmesh.webhook;

import dev.sessionmesh.archive.Cursors;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.loop.Loops;
import dev.sessionmesh.telemetry.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A node's part in delivering webhooks, put together. */
public final class WebhookRoom {
    /**
     * What it is made of.
     *
     * @param log of sessions in memory
     * @param sessions the same with those that sleep, which are woken
     * @param self incarnation of this node
     * @param incarnations of all nodes
     * @param ownKey whether the cluster agrees on a key by itself, as no file was given
     * @param now wall clock in epoch milliseconds
     * @param blocking where names are resolved and requests signed
     */
    public record Kit(
            Vertx vertx,
            Loops loops,
            SessionLog log,
            SessionLog sessions,
            OwnedHeads heads,
            CursorShelf cursors,
            EndpointShelf shelf,
            String self,
            Supplier<Collection<String>> incarnations,
            boolean ownKey,
            UrlRules urls,
            WebhookLimits limits,
            LongSupplier now,
            DoubleSupplier random,
            Executor blocking,
            Metrics metrics) {}

    private final SigningKeys keys = new SigningKeys(List.of(SigningKey.generate(new SecureRandom())));
    private final Endpoints endpoints;
    private final ArchivedCursors cursors;
    private final Deliverer deliverer;
    private final Webhooks webhooks;

    public WebhookRoom(Kit kit) {
        Loop loop = kit.loops().create();
        endpoints = new Endpoints(kit.shelf(), loop, keys, kit.ownKey(), kit.limits(), kit.now());
        cursors = new ArchivedCursors(kit.cursors(), endpoints);
        Poster poster = new HttpPoster(
                kit.vertx(),
                new HttpClientOptions(),
                keys,
                kit.urls(),
                kit.limits(),
                kit.now(),
                kit.blocking(),
                InetAddress::getAllByName);
        deliverer = new Deliverer(new Deliverer.Kit(
                loop,
                kit.log(),
                kit.heads(),
                kit.cursors(),
                endpoints,
                poster,
                kit.limits(),
                kit.now(),
                kit.random(),
                WebhookMeters.of(kit.metrics())));
        Peers peers = new Peers(kit.vertx(), kit.incarnations());
        peers.answer(kit.self(), loop, deliverer::tally);
        webhooks = new Webhooks(
                kit.loops(),
                kit.shelf(),
                kit.cursors(),
                kit.sessions(),
                endpoints,
                peers,
                keys,
                kit.urls(),
                kit.limits(),
                kit.now());
    }

    /** The cluster's key, agreed on before the first request is signed. */
    public void agreed(String key) {
        keys.use(List.of(SigningKey.decoded(key)));
    }

    /** What this node would have the cluster agree on. */
    public String candidate() {
        return keys.newest().encoded();
    }

    /** Keys of a file, whenever it changes. */
    public void use(List<SigningKey> fromFile) {
        keys.use(fromFile);
    }

    /** @throws IllegalArgumentException when they can't be used */
    public static List<SigningKey> parseKeys(Buffer file) {
        return SigningKeys.parse(file);
    }

    public void start() {
        endpoints.start();
        deliverer.start();
    }

    /** Delivers no more: another node goes on where the cursors are. */
    public void retire() {
        deliverer.retire();
    }

    /** Somebody set the cursor of a session; told on any thread. */
    public void moved(SessionKey session, String endpoint) {
        deliverer.moved(session, endpoint);
    }

    /** Whether something of a session of this node is still to be delivered. */
    public Future<Boolean> isBusy(SessionKey session) {
        return deliverer.isBusy(session);
    }

    /** For whoever takes them to the archive and back. */
    public Cursors cursors() {
        return cursors;
    }

    /** For others who sign in the name of the cluster. */
    public SigningKeys keys() {
        return keys;
    }

    public Webhooks webhooks() {
        return webhooks;
    }
}
