package dev.sessionmesh.routing;

import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.codec.Bundle;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.port.SessionStore.Subscriber;
import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a share of the sessions comes together on a node: their feeds, and the links to the other nodes that follow them. Confined to
 * one event loop.
 */
final class Exchange {
    private final Loop loop;
    private final Bus bus;
    private final SessionStore store;
    private final Placement placement;
    private final int number;
    private final Map<SessionKey, Followed> followed = new HashMap<>();
    private final Map<String, PeerLink> links = new HashMap<>();
    private final Generations generations;
    private final RoutingMeters meters;

    Exchange(
            Loop loop,
            Bus bus,
            SessionStore store,
            Placement placement,
            Generations generations,
            int number,
            RoutingMeters meters) {
        this.loop = loop;
        this.bus = bus;
        this.store = store;
        this.placement = placement;
        this.generations = generations;
        this.number = number;
        this.meters = meters;
    }

    Loop loop() {
        return loop;
    }

    /** @param doneNanos when it was on every copy */
    void publish(SessionKey key, SessionStore.Appended appended, long doneNanos) {
        if (appended.batch().events().isEmpty()) {
            return;
        }
        byte @Nullable [] encoded = null;
        for (Subscriber subscriber : appended.subscribers()) {
            if (subscriber.node().equals(placement.self())) {
                receive(key, appended.batch(), doneNanos);
            } else if (!placement.isGone(subscriber.node())) {
                encoded = encoded == null ? BatchCodec.encode(appended.batch()) : encoded;
                PeerLink link = link(subscriber.node());
                meters.sent().increment();
                if (link.offer(new Bundle.Item(key, encoded))) {
                    loop.execute(link::flush);
                }
            }
        }
    }

    void signal(SessionKey key, byte[] frame, List<Subscriber> to) {
        for (Subscriber subscriber : to) {
            if (subscriber.node().equals(placement.self())) {
                signal(key, frame);
            } else if (!placement.isGone(subscriber.node())) {
                link(subscriber.node()).signal(new Bundle.Signal(key, frame));
            }
        }
    }

    void signal(SessionKey key, byte[] frame) {
        Optional.ofNullable(followed.get(key)).ifPresent(session -> session.signal(frame));
    }

    private void receive(SessionKey key, EventBatch batch, long sinceNanos) {
        @Nullable Followed session = followed.get(key);
        if (session != null) {
            session.offer(batch, sinceNanos);
        }
    }

    /** @param arrivedNanos when it came from the bus */
    void receive(Bundle.Item item, long arrivedNanos) {
        if (followed.containsKey(item.key())) {
            meters.received().increment();
            receive(item.key(), BatchCodec.decode(item.batch()), arrivedNanos);
        }
    }

    void received(String node, long bytes) {
        link(node).received(bytes);
    }

    Future<Outcome<FeedStart>> subscribe(SessionKey key, FeedListener listener, Loop at) {
        return followed.computeIfAbsent(key, this::follow).add(listener, at);
    }

    private Followed follow(SessionKey key) {
        meters.followed().up();
        return new Followed(loop, store, generations, placement.self(), key, this::forget, meters);
    }

    void unsubscribe(SessionKey key, FeedListener listener) {
        Optional.ofNullable(followed.get(key)).ifPresent(session -> session.remove(listener));
    }

    /** Compares heads with the owners of the followed sessions: finds what a lost message left out. */
    void compareHeads() {
        Map<String, List<Bundle.Head>> byOwner = new HashMap<>();
        followed.values().forEach(session -> session.position()
                .ifPresent(head -> byOwner.computeIfAbsent(placement.ownerOf(session.key()), owner -> new ArrayList<>())
                        .add(head)));
        byOwner.remove("");
        byOwner.forEach((owner, heads) -> link(owner).send(new Bundle.Heads(placement.self(), number, heads)));
        links.values().forEach(PeerLink::probe);
    }

    void behind(Bundle.Lag lag) {
        @Nullable Followed session = followed.get(lag.key());
        if (session != null && lag.unknown()) {
            session.declareAgain();
        } else if (session != null) {
            session.backfill();
        }
    }

    void nodeGone(String incarnation) {
        links.remove(incarnation);
        followed.values().forEach(session -> session.runnerGone(incarnation));
    }

    int size() {
        return followed.size();
    }

    private void forget(Followed session) {
        if (followed.remove(session.key(), session)) {
            meters.followed().down();
        }
    }

    private PeerLink link(String node) {
        return links.computeIfAbsent(node, n -> new PeerLink(bus, placement.self(), n, number, meters.dropped()));
    }
}
