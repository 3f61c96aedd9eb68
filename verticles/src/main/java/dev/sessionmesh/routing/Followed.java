package dev.sessionmesh.routing;

import dev.sessionmesh.codec.Bundle;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.port.SessionStore.Subscriber;
import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.trace.About;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session that somebody on this node follows: declares the node's interest with the first listener, withdraws it some time after the
 * last one left, and fetches from the log whatever the bus did not bring.
 */
final class Followed {
    private static final Logger LOG = LoggerFactory.getLogger(Followed.class);
    private static final long LINGER_MILLIS = 10_000;
    /** How long a gap may close by itself: batches of one session can come from two nodes and overtake each other. */
    private static final long GAP_MILLIS = 4;

    private static final long RETRY_MILLIS = 100;
    private static final int BACKFILL_BYTES = 262_144;

    private final Loop loop;
    private final SessionStore store;
    private final Generations generations;
    private final String self;
    private final SessionKey key;
    private final Consumer<Followed> forget;
    private final RoutingMeters meters;
    private final List<Listener> listeners = new ArrayList<>();
    private final List<Arrival> early = new ArrayList<>();
    private @Nullable Future<Outcome<FeedStart>> attaching;
    private @Nullable Feed feed;
    private final Deque<Consumer<FeedListener>> untold = new ArrayDeque<>();
    private boolean telling;
    private Subscriber subscriber;
    private boolean fetching;
    private boolean closed;

    private record Listener(FeedListener listener, Loop at) {}

    private record Arrival(EventBatch batch, long sinceNanos) {}

    Followed(
            Loop loop,
            SessionStore store,
            Generations generations,
            String self,
            SessionKey key,
            Consumer<Followed> forget,
            RoutingMeters meters) {
        this.loop = loop;
        this.store = store;
        this.generations = generations;
        this.self = self;
        this.key = key;
        this.forget = forget;
        this.meters = meters;
        this.subscriber = new Subscriber(self, generations.next());
    }

    SessionKey key() {
        return key;
    }

    Future<Outcome<FeedStart>> add(FeedListener listener, Loop at) {
        @Nullable Feed live = feed;
        if (live != null) {
            listeners.add(new Listener(listener, at));
            return Future.succeededFuture(start(live));
        }
        if (attaching == null) {
            attaching = attach();
        }
        return attaching.map(outcome -> {
            if (outcome instanceof Outcome.Done<FeedStart> && feed != null) {
                listeners.add(new Listener(listener, at));
                return start(feed);
            }
            return outcome;
        });
    }

    private static Outcome<FeedStart> start(Feed live) {
        return Outcome.done(live.start());
    }

    void remove(FeedListener listener) {
        listeners.removeIf(known -> known.listener() == listener);
        if (listeners.isEmpty()) {
            loop.after(LINGER_MILLIS, () -> {
                if (listeners.isEmpty() && !closed) {
                    close();
                }
            });
        }
    }

    /** @param sinceNanos when it was on every copy, as far as this node knows */
    void offer(EventBatch batch, long sinceNanos) {
        @Nullable Feed live = feed;
        if (live == null) {
            early.add(new Arrival(batch, sinceNanos));
            return;
        }
        if (live.isLeftBy(batch)) {
            About.of(key).warn(LOG).log("session goes on from seq {} under another history", batch.from());
            tell(FeedListener::ended);
            close();
            return;
        }
        if (batch.from() > live.head() + 1) {
            meters.gaps().increment();
        } else if (batch.to() <= live.head()) {
            meters.duplicates().increment();
        }
        live.offer(batch, sinceNanos, this::deliver);
        if (live.hasGap() && !fetching) {
            loop.after(GAP_MILLIS, () -> {
                if (live.hasGap()) {
                    backfill();
                }
            });
        }
    }

    Optional<Bundle.Head> position() {
        return feed == null
                ? Optional.empty()
                : Optional.of(new Bundle.Head(key, feed.head(), subscriber.generation()));
    }

    void signal(byte[] frame) {
        tell(listener -> listener.signal(frame));
    }

    void runnerGone(String incarnation) {
        if (feed != null) {
            String turn = feed.turnOf(incarnation);
            if (!turn.isEmpty()) {
                tell(listener -> listener.recovering(turn));
            }
        }
    }

    /** The owner lost track of this node's interest: declare it anew, and read what came in between. */
    void declareAgain() {
        subscriber = new Subscriber(self, generations.next());
        loop.bring(store.attach(key, subscriber)).onSuccess(outcome -> backfill());
    }

    /** Reads on from where the feed stands. */
    void backfill() {
        @Nullable Feed live = feed;
        if (live == null || fetching || closed) {
            return;
        }
        fetching = true;
        meters.backfills().increment();
        loop.bring(store.read(key, live.head(), BACKFILL_BYTES)).onComplete(done -> {
            fetching = false;
            if (done.succeeded()) {
                backfilled(live, done.result());
            } else {
                About.of(key).warn(LOG).setCause(done.cause()).log("session could not be read");
                loop.after(RETRY_MILLIS, this::backfill);
            }
        });
    }

    private void backfilled(Feed live, Outcome<SessionStore.Slice> outcome) {
        switch (outcome) {
            case Outcome.Done<SessionStore.Slice>(SessionStore.Slice slice) -> {
                long now = loop.nanos();
                slice.batches().forEach(batch -> live.offer(batch, now, this::deliver));
                if (live.head() < slice.head() && !slice.batches().isEmpty()) {
                    backfill();
                } else if (live.hasGap()) {
                    loop.after(RETRY_MILLIS, this::backfill);
                }
            }
            case Outcome.Refused<SessionStore.Slice> refused -> {
                if (refused.code().retryable() && !refused.isElsewhere()) {
                    loop.after(RETRY_MILLIS, this::backfill);
                } else {
                    tell(FeedListener::ended);
                    close();
                }
            }
        }
    }

    private Future<Outcome<FeedStart>> attach() {
        Promise<Outcome<FeedStart>> started = Promise.promise();
        loop.bring(store.attach(key, subscriber)).onComplete(done -> {
            if (done.failed()) {
                close();
                started.fail(done.cause());
                return;
            }
            switch (done.result()) {
                case Outcome.Done<SessionStore.Attached>(SessionStore.Attached attached) -> {
                    feed = new Feed(key, attached.state());
                    started.complete(start(feed));
                    List<Arrival> arrived = List.copyOf(early);
                    early.clear();
                    arrived.forEach(arrival -> offer(arrival.batch(), arrival.sinceNanos()));
                    remove(NOBODY);
                }
                case Outcome.Refused<SessionStore.Attached> refused -> {
                    close();
                    started.complete(refused.as());
                }
            }
        });
        return started.future();
    }

    private void deliver(Delivery delivery) {
        tell(listener -> listener.events(delivery));
    }

    /**
     * A listener that is told something may append at once, and hear of that before this returns: the next message waits until all have
     * heard this one, or they would hear it in the wrong order.
     */
    private void tell(Consumer<FeedListener> message) {
        untold.add(message);
        if (telling) {
            return;
        }
        telling = true;
        try {
            while (!untold.isEmpty()) {
                tellAll(untold.remove());
            }
        } finally {
            telling = false;
        }
    }

    private void tellAll(Consumer<FeedListener> message) {
        for (Listener known : List.copyOf(listeners)) {
            if (known.at().equals(loop)) {
                message.accept(known.listener());
            } else {
                known.at().execute(() -> message.accept(known.listener()));
            }
        }
    }

    private void close() {
        closed = true;
        forget.accept(this);
        if (feed != null) {
            store.detach(key, subscriber);
        }
    }

    private static final FeedListener NOBODY = new FeedListener() {
        @Override
        public void events(Delivery delivery) {}

        @Override
        public void recovering(String turn) {}

        @Override
        public void ended() {}
    };
}
