package dev.sessionmesh.presence;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.presence.Attendee;
import dev.sessionmesh.core.presence.PresenceChange;
import dev.sessionmesh.core.presence.PresenceLimits;
import dev.sessionmesh.core.presence.PresenceMessage;
import dev.sessionmesh.core.presence.PresenceNode;
import dev.sessionmesh.core.presence.PresenceOut;
import dev.sessionmesh.core.presence.PresenceUpdate;
import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.loop.Loops;
import dev.sessionmesh.telemetry.metrics.Level;
import dev.sessionmesh.telemetry.metrics.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A node's door to presence. Everything of it happens on one loop: joins and leaves are few and cheap, and what is shown is made once per
 * loop of watchers, not per tab. Callable from any loop.
 */
public final class Presence {
    /** How long a session is watched on after the last one who did: he may come back, or ask again. */
    private static final long LINGER_MILLIS = 5_000;

    private final Loops loops;
    private final Loop loop;
    private final PresenceBus bus;
    private final String self;
    private final InstantSource clock;
    private final PresenceNode node;
    private final Map<SessionKey, List<Watcher>> watchers = new HashMap<>();
    private long wakeAt = Long.MAX_VALUE;
    private volatile boolean closed;
    private final Level tabs;
    private final Level watched;

    private record Watcher(PresenceListener listener, Loop at) {
        void show(PresenceChange change) {
            at.execute(() -> listener.shown(change));
        }
    }

    /**
     * @param self incarnation of this node
     * @param others incarnations of the other members
     */
    public Presence(
            Loops loops,
            PresenceBus bus,
            String self,
            Supplier<Set<String>> others,
            PresenceLimits limits,
            InstantSource clock) {
        this(loops, bus, self, others, limits, clock, Metrics.unread());
    }

    public Presence(
            Loops loops,
            PresenceBus bus,
            String self,
            Supplier<Set<String>> others,
            PresenceLimits limits,
            InstantSource clock,
            Metrics metrics) {
        this.tabs = metrics.level("sessionmesh_presence_tabs");
        this.watched = metrics.level("sessionmesh_presence_watched");
        this.loops = loops;
        this.loop = loops.create();
        this.bus = bus;
        this.self = self;
        this.clock = clock;
        this.node = new PresenceNode(self, limits, others, new PresenceOut() {
            @Override
            public void send(String to, PresenceMessage message) {
                bus.send(to, message);
            }

            @Override
            public void show(SessionKey key, PresenceChange change) {
                watchers.getOrDefault(key, List.of()).forEach(watcher -> watcher.show(change));
            }
        });
    }

    /** Begins to take messages from other nodes; may be called again when it failed. */
    public Future<Void> start() {
        return bus.receive(self, loop, message -> run(() -> node.receive(message, now())));
    }

    /** Says nothing more to other nodes: the bus is about to be closed. */
    public void close() {
        closed = true;
    }

    /**
     * A tab follows the session from now on.
     *
     * @param tab unique in the mesh
     * @param device its class; empty if it did not say
     */
    public Attendance join(SessionKey key, String tab, Actor actor, String device) {
        Attendee attendee = Attendee.joined(tab, actor, device, clock.millis());
        tabs.up();
        loop.execute(() -> run(() -> node.join(key, attendee, now())));
        return new Attendance(this, key, tab);
    }

    void update(SessionKey key, String tab, PresenceUpdate update) {
        loop.execute(() -> run(() -> node.update(key, tab, update, clock.millis(), now())));
    }

    void leave(SessionKey key, String tab) {
        tabs.down();
        loop.execute(() -> run(() -> node.leave(key, tab, clock.millis(), now())));
    }

    /** The listener hears of everything from now on; who watches already is shown all of it once more. */
    public void watch(SessionKey key, PresenceListener listener) {
        Watcher watcher = new Watcher(listener, loops.current());
        loop.execute(() -> run(() -> {
            List<Watcher> known = watchers.computeIfAbsent(key, this::watched);
            if (known.stream().noneMatch(one -> one.listener() == listener)) {
                known.add(watcher);
            }
            node.watch(key, now()).ifPresent(roster -> watcher.show(PresenceChange.full(roster)));
        }));
    }

    private List<Watcher> watched(SessionKey key) {
        watched.up();
        return new ArrayList<>();
    }

    public void unwatch(SessionKey key, PresenceListener listener) {
        loop.execute(() -> {
            List<Watcher> known = watchers.getOrDefault(key, List.of());
            if (known.removeIf(one -> one.listener() == listener) && known.isEmpty()) {
                loop.after(LINGER_MILLIS, () -> run(() -> endIfUnwatched(key)));
            }
        });
    }

    private void endIfUnwatched(SessionKey key) {
        if (watchers.getOrDefault(key, List.of()).isEmpty()) {
            if (watchers.remove(key) != null) {
                watched.down();
            }
            node.unwatch(key);
        }
    }

    /** Asks all nodes; completes on the caller's loop, after an interval at the latest. */
    public Future<Attending> list(SessionKey key) {
        Promise<Attending> answered = Promise.promise();
        Loop at = loops.current();
        PresenceListener once = new PresenceListener() {
            @Override
            public void shown(PresenceChange change) {
                if (change.full()) {
                    unwatch(key, this);
                    Attending all = new Attending(change, !node.isComplete(key));
                    at.execute(() -> answered.tryComplete(all));
                }
            }
        };
        loop.execute(() -> watch(key, once));
        return answered.future();
    }

    /** A node left: nobody is there any more. */
    public void nodeGone(String incarnation) {
        loop.execute(() -> run(() -> node.gone(incarnation, now())));
    }

    private void run(Runnable work) {
        if (!closed) {
            work.run();
            wakeInTime();
        }
    }

    private void wakeInTime() {
        long due = node.due();
        if (due < wakeAt) {
            wakeAt = due;
            loop.after(Math.max(1, due - now()), () -> {
                if (wakeAt == due) {
                    wakeAt = Long.MAX_VALUE;
                    run(() -> node.tick(now()));
                }
            });
        }
    }

    private long now() {
        return Math.floorDiv(loop.nanos(), 1_000_000L);
    }
}
