package dev.sessionmesh.routing;

import dev.sessionmesh.codec.Bundle;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.loop.Loops;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A node's exchanges: each session belongs to one of them by its key, and so to one event loop, on which its feed, its links and its
 * runner meet without hops.
 */
public final class Exchanges implements Publisher {
    private static final long COMPARE_MILLIS = 1_000;
    private static final long CONFIRM_BYTES = 256 << 10;

    private final Loops loops;
    private final Bus bus;
    private final Placement placement;
    private final List<Exchange> exchanges;
    private final Map<String, Long> confirmed = new HashMap<>();
    private volatile boolean closed;
    private final Map<String, Long> arrived = new HashMap<>();

    public Exchanges(Loops loops, Bus bus, SessionStore store, Placement placement, int count) {
        this(loops, bus, store, placement, count, RoutingMeters.unread());
    }

    public Exchanges(Loops loops, Bus bus, SessionStore store, Placement placement, int count, RoutingMeters meters) {
        this.loops = loops;
        this.bus = bus;
        this.placement = placement;
        Generations generations = new Generations();
        this.exchanges = IntStream.range(0, count)
                .mapToObj(i -> new Exchange(loops.create(), bus, store, placement, generations, i, meters))
                .toList();
    }

    /** Begins to take messages from other nodes; may be called again when it failed. */
    public Future<Void> start() {
        Loop inbox = loops.create();
        return bus.receive(placement.self(), inbox, this::take)
                .onSuccess(registered -> inbox.every(COMPARE_MILLIS, () -> {
                    compareHeads();
                    if (!closed) {
                        confirmAll();
                    }
                }));
    }

    /** Says nothing more to other nodes, which read what they miss: the bus is about to be closed. */
    public void close() {
        closed = true;
    }

    /** Where a session's feed lives; its runner should live there too. */
    public Loop loopOf(SessionKey key) {
        return of(key).loop();
    }

    @Override
    public void publish(SessionKey key, SessionStore.Appended appended) {
        Exchange exchange = of(key);
        long done = loops.nanos();
        on(exchange, () -> exchange.publish(key, appended, done));
    }

    /**
     * Shows the tabs of a session something that is not in its log.
     *
     * @param to the nodes that follow it, as an append said last
     */
    public void signal(SessionKey key, byte[] frame, List<SessionStore.Subscriber> to) {
        Exchange exchange = of(key);
        on(exchange, () -> exchange.signal(key, frame, to));
    }

    /** Follows a session; completes, and calls the listener, on the caller's loop. */
    public Future<Outcome<FeedStart>> subscribe(SessionKey key, FeedListener listener) {
        Loop at = loops.current();
        Exchange exchange = of(key);
        Promise<Outcome<FeedStart>> promise = Promise.promise();
        // The answer takes the same way as the events that follow it, so that it arrives before them.
        on(exchange, () -> exchange.subscribe(key, listener, at).onComplete(done -> {
            if (at.equals(exchange.loop())) {
                promise.handle(done);
            } else {
                at.execute(() -> promise.handle(done));
            }
        }));
        return promise.future();
    }

    public void unsubscribe(SessionKey key, FeedListener listener) {
        Exchange exchange = of(key);
        on(exchange, () -> exchange.unsubscribe(key, listener));
    }

    /** A node left: forget its links, tell who waits for its runners, and look for what its death may have swallowed. */
    public void nodeGone(String incarnation) {
        exchanges.forEach(exchange -> on(exchange, () -> exchange.nodeGone(incarnation)));
        compareHeads();
    }

    public void compareHeads() {
        exchanges.forEach(exchange -> on(exchange, exchange::compareHeads));
    }

    private void take(Bundle bundle) {
        if (closed) {
            return;
        }
        switch (bundle) {
            case Bundle.Events events -> {
                Map<Exchange, List<Bundle.Item>> shares = new LinkedHashMap<>();
                events.items().forEach(item -> shares.computeIfAbsent(of(item.key()), e -> new ArrayList<>())
                        .add(item));
                long arrived = loops.nanos();
                shares.forEach((exchange, items) ->
                        on(exchange, () -> items.forEach(item -> exchange.receive(item, arrived))));
                confirm(events);
            }
            case Bundle.Received received -> {
                Exchange exchange = exchanges.get(received.exchange());
                on(exchange, () -> exchange.received(received.sender(), received.bytes()));
            }
            case Bundle.Heads heads -> answer(heads);
            case Bundle.Signal(SessionKey key, byte[] frame) -> {
                Exchange exchange = of(key);
                on(exchange, () -> exchange.signal(key, frame));
            }
            case Bundle.Behind behind -> {
                Exchange exchange = exchanges.get(behind.exchange());
                on(exchange, () -> behind.lags().forEach(exchange::behind));
            }
        }
    }

    private void answer(Bundle.Heads heads) {
        List<Bundle.Lag> lags = new ArrayList<>();
        for (Bundle.Head head : heads.heads()) {
            switch (placement.compare(head.key(), heads.sender(), head.seq(), head.generation())) {
                case NONE -> {}
                case BEHIND -> lags.add(new Bundle.Lag(head.key(), false));
                case UNKNOWN -> lags.add(new Bundle.Lag(head.key(), true));
            }
        }
        if (!lags.isEmpty()) {
            send(heads.sender(), new Bundle.Behind(heads.exchange(), lags));
        }
    }

    private void confirm(Bundle.Events events) {
        String link = events.exchange() + "@" + events.sender();
        arrived.put(link, events.sentBytes());
        if (events.sentBytes() - confirmed.getOrDefault(link, 0L) >= CONFIRM_BYTES) {
            confirm(link);
        }
    }

    private void confirmAll() {
        List.copyOf(arrived.keySet()).forEach(this::confirm);
    }

    private void confirm(String link) {
        Long bytes = arrived.remove(link);
        if (bytes != null) {
            confirmed.put(link, bytes);
            int at = link.indexOf('@');
            int exchange = Integer.parseInt(link.substring(0, at));
            send(link.substring(at + 1), new Bundle.Received(placement.self(), exchange, bytes));
        }
    }

    private void send(String node, Bundle bundle) {
        bus.send(node, bundle);
    }

    private Exchange of(SessionKey key) {
        return exchanges.get(Math.floorMod(key.hashCode(), exchanges.size()));
    }

    private void on(Exchange exchange, Runnable work) {
        if (closed) {
            return;
        }
        if (loops.current().equals(exchange.loop())) {
            work.run();
        } else {
            exchange.loop().execute(work);
        }
    }
}
