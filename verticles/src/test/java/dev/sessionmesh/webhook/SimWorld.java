package dev.sessionmesh.webhook;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.Lineage;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.port.SessionStore.Slice;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Nodes that come and go, sessions that move between them, logs that grow, and receivers that misbehave. */
final class SimWorld {
    static final String TENANT = "acme";

    /** What a receiver took: a request, or what it remembers of it. */
    record Received(long at, String id, String session, long replay, List<Long> seqs) {}

    /** A receiver, and how likely it is that it does each wrong thing. */
    static final class Receiver {
        double refuses;
        /** A session of which it never takes anything. */
        String refusedSession = "";

        double fails;
        double asksForPatience;
        /** It takes the request, and nobody hears of it. */
        double answersTooLate;

        boolean dead;
        int requests;
        final List<Received> taken = new ArrayList<>();
    }

    final SimTime time;
    final MemoryShelf shelf = new MemoryShelf();
    final MemoryCursors cursors = new MemoryCursors();
    final Map<SessionKey, List<EventBatch>> logs =
            new TreeMap<>((a, b) -> a.toString().compareTo(b.toString()));
    /** When each session was created. */
    final Map<SessionKey, Long> created = new HashMap<>();
    /** When each was deleted; those of which somebody is still to be told are untold. */
    final Map<SessionKey, Long> deleted = new HashMap<>();

    final Set<SessionKey> untold = new HashSet<>();
    final Map<String, Receiver> receivers = new HashMap<>();
    final List<SimNode> nodes = new ArrayList<>();
    final WebhookLimits limits;
    /** How often logs and cursors were read. */
    int reads;
    /** How often the store and the nodes misbehave. */
    double trouble;

    SimWorld(long seed, WebhookLimits limits) {
        this.time = new SimTime(seed);
        this.limits = limits;
    }

    long millis() {
        return SimTime.EPOCH + time.now();
    }

    Receiver receiver(String id, String... sessions) {
        return receiver(id, List.of(), sessions);
    }

    Receiver receiver(String id, List<String> events, String... sessions) {
        Receiver receiver = new Receiver();
        receivers.put(id, receiver);
        shelf.add(new Endpoint(
                TENANT,
                id,
                id.hashCode(),
                URI.create("https://receiver.example/" + id),
                events,
                List.of(sessions),
                "",
                millis(),
                Endpoint.Health.GOOD));
        return receiver;
    }

    Endpoint kept(String id) {
        return shelf.get(TENANT, id).toCompletableFuture().join().orElseThrow();
    }

    SimNode node() {
        SimNode node = new SimNode();
        moving(() -> {
            nodes.add(node);
            node.start();
        });
        return node;
    }

    List<SimNode> alive() {
        return nodes.stream().filter(node -> node.alive).toList();
    }

    /** Every session has one owner among those alive; which one changes with them, and by {@link #shift}. */
    private int shift;

    void rebalance() {
        moving(() -> shift++);
    }

    /** Every node hears that a session changed hands; whoever gets it takes notice of what he missed, as adoption sees to. */
    private void moving(Runnable change) {
        Map<SessionKey, Optional<SimNode>> before = new HashMap<>();
        logs.keySet().forEach(key -> before.put(key, owner(key)));
        change.run();
        before.forEach((key, old) -> {
            if (!old.equals(owner(key))) {
                alive().forEach(node -> node.heads.missed(key));
                owner(key).filter(now -> !now.isUpToDate(key)).ifPresent(now -> now.tell(key));
            }
        });
    }

    Optional<SimNode> owner(SessionKey key) {
        List<SimNode> alive = alive();
        return alive.isEmpty()
                ? Optional.empty()
                : Optional.of(alive.get(Math.floorMod(key.hashCode() + shift, alive.size())));
    }

    static SessionKey key(int number) {
        return new SessionKey(TENANT, "s" + number);
    }

    void create(SessionKey key) {
        created.put(key, millis());
        logs.put(key, new ArrayList<>());
        changed(key);
    }

    /** Its log is gone with it; what it held is remembered here for who compares. */
    void delete(SessionKey key) {
        deleted.put(key, millis());
        if (owner(key).filter(node -> node.mourned.test(key)).isPresent()) {
            untold.add(key);
        }
        changed(key);
    }

    /** A few events, tokens among them. */
    void append(SessionKey key) {
        if (!created.containsKey(key)) {
            create(key);
        }
        List<EventBatch> log = logs.computeIfAbsent(key, fresh -> new ArrayList<>());
        List<Event> events = new ArrayList<>();
        for (int i = 0, n = 1 + time.below(4); i < n; i++) {
            events.add(
                    switch (time.below(3)) {
                        case 0 -> new Event.ToolStarted("k1");
                        case 1 -> new Event.SteerResolved("t1", "s1", true, 1);
                        default ->
                            new Event.Tokens(
                                    "t1",
                                    "m1",
                                    0,
                                    DeltaKind.TEXT,
                                    TokenRun.of(Collections.nCopies(1 + time.below(400), "a ")));
                    });
        }
        log.add(new EventBatch(head(key) + 1, millis(), events));
        changed(key);
    }

    /** The owner always hears of it, as it writes it; so do backups, most of the time. */
    private void changed(SessionKey key) {
        owner(key).ifPresent(node -> node.tell(key));
        alive().stream().filter(node -> time.happens(0.7)).forEach(node -> node.tell(key));
    }

    long head(SessionKey key) {
        List<EventBatch> log = logs.getOrDefault(key, List.of());
        return log.isEmpty() ? 0 : log.getLast().to();
    }

    /** The seqs of what a receiver must be told behind {@code after}. */
    List<Long> expected(SessionKey key, long after) {
        List<Long> seqs = new ArrayList<>();
        if (after < 0) {
            seqs.add(0L);
        }
        for (EventBatch batch : logs.getOrDefault(key, List.of())) {
            long seq = batch.from();
            for (Event event : batch.events()) {
                if (!(event instanceof Event.Tokens) && seq > after) {
                    seqs.add(seq);
                }
                seq += event.span();
            }
        }
        return seqs;
    }

    void replay(SessionKey key, String endpoint, long after) {
        Optional<Cursor> kept = cursors.at(key, endpoint);
        kept.ifPresent(cursor -> {
            cursors.move(key, endpoint, kept, cursor.replayed(after));
            owner(key).ifPresent(node -> node.deliverer.moved(key, endpoint));
        });
    }

    final class SimNode {
        boolean alive = true;
        Consumer<String> changed = name -> {};
        Predicate<SessionKey> mourned = key -> false;
        private final Map<SessionKey, String> heard = new HashMap<>();
        private final Heads heads = new Heads();
        Deliverer deliverer;

        void start() {
            var loop = time.loop(() -> alive);
            SigningKeys keys = new SigningKeys(List.of(SigningKey.of(new byte[SigningKey.SEED_BYTES])));
            Endpoints endpoints = new Endpoints(shelf, loop, keys, false, limits, SimWorld.this::millis);
            deliverer = new Deliverer(new Deliverer.Kit(
                    loop,
                    new Logs(),
                    heads,
                    new Cursors(),
                    endpoints,
                    this::post,
                    limits,
                    SimWorld.this::millis,
                    time.random::nextDouble,
                    WebhookMeters.unread()));
            endpoints.start();
            deliverer.start();
        }

        void kill() {
            moving(() -> {
                alive = false;
                changed = name -> {};
            });
        }

        void tell(SessionKey key) {
            heard.put(key, state(key));
            changed.accept(key.toString());
        }

        boolean isUpToDate(SessionKey key) {
            return state(key).equals(heard.get(key));
        }

        private String state(SessionKey key) {
            return SimWorld.this.head(key) + (deleted.containsKey(key) ? " deleted" : "");
        }

        private final class Logs implements SessionLog {
            @Override
            public CompletionStage<Outcome<Slice>> read(SessionKey key, long after, int maxBytes) {
                return asked(key, () -> {
                    List<EventBatch> batches = logs.get(key).stream()
                            .filter(batch -> batch.to() > after)
                            .limit(1 + time.below(4))
                            .map(batch -> batch.after(after))
                            .toList();
                    return new Slice(batches, head(key));
                });
            }

            @Override
            public CompletionStage<Outcome<Long>> confirm(SessionKey key) {
                return asked(key, () -> head(key));
            }

            private <T> CompletionStage<Outcome<T>> asked(SessionKey key, Supplier<T> answer) {
                reads++;
                return time.later(20, () -> {
                    if (time.happens(trouble)) {
                        return Outcome.refused(ErrorCode.UNAVAILABLE, "simulated");
                    }
                    return deleted.containsKey(key)
                            ? Outcome.refused(ErrorCode.SESSION_DELETED, "simulated")
                            : Outcome.done(answer.get());
                });
            }
        }

        /** The request is on its way even if its sender dies. */
        private CompletionStage<Answer> post(URI url, Message message) {
            Receiver receiver = receivers.get(url.getPath().substring(1));
            receiver.requests++;
            return time.later(200, () -> {
                if (receiver.dead) {
                    return new Answer.Failed("not_reached", 0);
                }
                if (time.happens(receiver.fails)) {
                    return Answer.of(500, 0);
                }
                if (time.happens(receiver.asksForPatience)) {
                    return Answer.of(429, 3_000);
                }
                if (time.happens(receiver.refuses)) {
                    return Answer.of(404, 0);
                }
                JsonObject json = new JsonObject(new String(message.body(), java.nio.charset.StandardCharsets.UTF_8));
                if (json.getString("session").equals(receiver.refusedSession)) {
                    return Answer.of(422, 0);
                }
                JsonArray events = json.getJsonArray("events");
                receiver.taken.add(new Received(
                        time.now(),
                        message.id(),
                        json.getString("session"),
                        json.getLong("replay", 0L),
                        IntStream.range(0, events.size())
                                .mapToObj(i -> events.getJsonObject(i).getLong("seq"))
                                .toList()));
                return time.happens(receiver.answersTooLate) ? new Answer.Failed("timeout", 0) : Answer.of(204, 0);
            });
        }

        private final class Heads implements OwnedHeads {
            private final Set<SessionKey> known = new HashSet<>();

            @Override
            public boolean isOwned(SessionKey key) {
                return owner(key).filter(node -> node == SimNode.this).isPresent();
            }

            @Override
            public Optional<Head> head(SessionKey key) {
                Long at = created.get(key);
                if (at == null || deleted.containsKey(key)) {
                    return Optional.empty();
                }
                List<EventBatch> log = logs.get(key);
                long last = log.isEmpty() ? at : log.getLast().at();
                return Optional.of(
                        new Head(at, Profile.ofModel("sim"), SimWorld.this.head(key), last, Lineage.begin(7), ""));
            }

            @Override
            public boolean isDeleted(SessionKey key) {
                return deleted.containsKey(key);
            }

            @Override
            public Optional<Tombstone> tombstone(SessionKey key) {
                return untold.contains(key)
                        ? Optional.of(new Tombstone(SimWorld.this.head(key), deleted.get(key)))
                        : Optional.empty();
            }

            @Override
            public CompletionStage<Void> told(SessionKey key) {
                return time.later(20, () -> {
                    if (time.happens(trouble)) {
                        throw new IllegalStateException("simulated");
                    }
                    untold.remove(key);
                    return null;
                });
            }

            @Override
            public Collection<SessionKey> all() {
                return logs.keySet().stream()
                        .filter(this::isOwned)
                        .filter(key -> !deleted.containsKey(key) || untold.contains(key))
                        .toList();
            }

            @Override
            public Collection<SessionKey> adopted() {
                known.removeIf(key -> !isOwned(key));
                return all().stream().filter(known::add).toList();
            }

            @Override
            public void missed(SessionKey key) {
                known.remove(key);
            }

            @Override
            public void onDelete(Predicate<SessionKey> wanted) {
                mourned = wanted;
            }

            @Override
            public void onChange(Consumer<String> listener) {
                changed = listener;
            }
        }

        /** Slow, and sometimes silent about what it did. */
        private final class Cursors implements CursorShelf {
            @Override
            public CompletionStage<Optional<Cursor>> load(SessionKey session, String endpoint) {
                reads++;
                return time.later(20, () -> cursors.at(session, endpoint));
            }

            @Override
            public CompletionStage<Map<SessionKey, Cursor>> load(Collection<SessionKey> sessions, String endpoint) {
                reads++;
                return time.later(20, () -> {
                    fail();
                    return cursors.load(sessions, endpoint)
                            .toCompletableFuture()
                            .join();
                });
            }

            @Override
            public CompletionStage<Cursor> move(
                    SessionKey session, String endpoint, Optional<Cursor> expected, Cursor next) {
                return time.later(20, () -> {
                    fail();
                    Cursor now = cursors.move(session, endpoint, expected, next)
                            .toCompletableFuture()
                            .join();
                    fail();
                    return now;
                });
            }

            private void fail() {
                if (time.happens(trouble)) {
                    throw new IllegalStateException("simulated");
                }
            }

            @Override
            public CompletionStage<Void> drop(SessionKey session, String endpoint, Cursor expected) {
                return cursors.drop(session, endpoint, expected);
            }

            @Override
            public CompletionStage<Void> forget(SessionKey session) {
                return cursors.forget(session);
            }

            @Override
            public CompletionStage<Void> forget(String tenant, String endpoint) {
                return cursors.forget(tenant, endpoint);
            }
        }
    }
}
