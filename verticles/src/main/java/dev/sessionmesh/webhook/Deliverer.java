package dev.sessionmesh.webhook;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.trace.About;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reconciler of webhooks: sees to it that whatever lies behind a cursor in a session of this node is delivered. Level-triggered: it compares
 * cursors with logs, at once where something changed, and for all sessions where they became this node's or a webhook changed. A
 * session without news costs nothing.
 */
final class Deliverer {
    private static final Logger LOG = LoggerFactory.getLogger(Deliverer.class);
    private static final long PERIOD_MILLIS = 1_000;
    private static final int COMPARED_AT_ONCE = 500;

    /**
     * What lanes and channels are made of.
     *
     * @param now wall clock in epoch milliseconds
     */
    record Kit(
            Loop loop,
            SessionLog log,
            OwnedHeads heads,
            CursorShelf cursors,
            Endpoints endpoints,
            Poster poster,
            WebhookLimits limits,
            LongSupplier now,
            DoubleSupplier random,
            WebhookMeters meters) {

        long millis() {
            return TimeUnit.NANOSECONDS.toMillis(loop.nanos());
        }

        private void forget(SessionKey deleted) {
            var unused = cursors.forget(deleted).exceptionally(failure -> {
                About.of(deleted).warn(LOG).log("cursors of a deleted session stay: {}", failure.toString());
                return null;
            });
        }
    }

    private final Kit kit;
    private final Map<String, Channel> channels = new HashMap<>();
    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean gathering = new AtomicBoolean();
    /** Whether there is anybody to tell: asked on partition threads. */
    private volatile boolean needed;

    private volatile boolean retired;

    Deliverer(Kit kit) {
        this.kit = kit;
    }

    void start() {
        kit.endpoints().onChange(() -> kit.loop().execute(this::adapt));
        kit.heads().onChange(this::hint);
        kit.heads().onDelete(this::isMourned);
        kit.loop().execute(this::adapt);
        kit.loop().every(PERIOD_MILLIS, () -> {
            adopt();
            measure();
        });
    }

    /** Delivers no more: another node goes on where the cursors are. */
    void retire() {
        retired = true;
        needed = false;
        kit.heads().onChange(name -> {});
        kit.loop().execute(() -> {
            channels.values().forEach(Channel::close);
            channels.clear();
        });
    }

    /** Somebody set the cursor of a session; told on any thread. */
    void moved(SessionKey key, String endpoint) {
        kit.loop().execute(() -> {
            @Nullable Channel channel = channels.get(key.tenant() + "/" + endpoint);
            if (channel != null && kit.heads().isOwned(key)) {
                channel.moved(key);
            } else {
                kit.heads().missed(key);
            }
        });
    }

    /** On the loop. */
    Channel.Tally tally(String tenant, String id) {
        return Optional.ofNullable(channels.get(tenant + "/" + id))
                .map(Channel::tally)
                .orElse(Channel.Tally.NONE);
    }

    /** Whether something of the session is still to be delivered from here, or nobody knows yet; told on the loop. */
    Future<Boolean> isBusy(SessionKey key) {
        Promise<Boolean> busy = Promise.promise();
        kit.loop().execute(() -> {
            if (retired || !kit.endpoints().areKnown()) {
                busy.complete(true);
            } else if (channels(key.tenant()).anyMatch(channel -> channel.isBusy(key))) {
                busy.complete(true);
            } else {
                isLeft(key).onComplete(busy);
            }
        });
        return busy.future();
    }

    /** Where nobody looked since the session came, its cursor says whether there may be something; then somebody looks. */
    private Future<Boolean> isLeft(SessionKey key) {
        List<Future<Boolean>> left = interested(key).stream()
                .filter(channel -> !channel.knows(key))
                .map(channel -> kit.loop()
                        .bring(kit.cursors().load(key, channel.endpoint().id()))
                        .map(cursor -> {
                            boolean behind = isBehind(channel.endpoint(), key, cursor);
                            if (behind) {
                                channel.wake(key);
                            }
                            return behind;
                        }))
                .toList();
        return left.isEmpty()
                ? Future.succeededFuture(false)
                : Future.all(left).map(known -> left.stream().anyMatch(Future::result));
    }

    private void hint(String name) {
        if (needed && !kit.endpoints().of(name.substring(0, name.indexOf('/'))).isEmpty()) {
            changed.add(name);
            if (gathering.compareAndSet(false, true)) {
                kit.loop().after(kit.limits().gather().toMillis(), this::lookAtChanged);
            }
        }
    }

    private void lookAtChanged() {
        gathering.set(false);
        for (Iterator<String> names = changed.iterator(); names.hasNext(); ) {
            String name = names.next();
            names.remove();
            int slash = name.indexOf('/');
            look(new SessionKey(name.substring(0, slash), name.substring(slash + 1)));
        }
    }

    private void look(SessionKey key) {
        if (kit.heads().isOwned(key)) {
            List<Channel> interested = interested(key);
            interested.forEach(channel -> channel.wake(key));
            if (interested.isEmpty()) {
                lookAtTombstones(List.of(key));
            }
        } else {
            kit.heads().missed(key);
        }
    }

    private List<Channel> interested(SessionKey key) {
        return channels(key.tenant())
                .filter(channel -> channel.endpoint().wants(key))
                .toList();
    }

    private Stream<Channel> channels(String tenant) {
        return kit.endpoints().of(tenant).stream()
                .flatMap(endpoint -> Optional.ofNullable(channels.get(endpoint.key())).stream());
    }

    /** Makes the channels those of the webhooks that there are. */
    private void adapt() {
        if (retired) {
            return;
        }
        Map<String, Endpoint> known = kit.endpoints().known();
        needed = !known.isEmpty();
        boolean fewer = channels.entrySet().removeIf(entry -> {
            @Nullable Endpoint still = known.get(entry.getKey());
            boolean gone = still == null
                    || still.incarnation() != entry.getValue().endpoint().incarnation();
            if (gone) {
                entry.getValue().close();
            }
            return gone;
        });
        for (Endpoint endpoint : known.values()) {
            @Nullable Channel channel = channels.get(endpoint.key());
            if (channel == null) {
                Channel fresh = new Channel(kit, endpoint, this::ended);
                channels.put(endpoint.key(), fresh);
                compare(fresh, kit.heads().all());
            } else if (!channel.endpoint().equals(endpoint)) {
                boolean others = !channel.endpoint().sessions().equals(endpoint.sessions());
                fewer |= others || !channel.endpoint().events().equals(endpoint.events());
                channel.update(endpoint);
                if (others) {
                    compare(channel, kit.heads().all());
                }
            }
        }
        if (fewer) {
            lookAtTombstones(kit.heads().all());
        }
    }

    private void adopt() {
        if (!retired && needed) {
            Collection<SessionKey> adopted = kit.heads().adopted();
            if (!adopted.isEmpty()) {
                channels.values().forEach(channel -> compare(channel, adopted));
                lookAtTombstones(adopted);
            }
        }
    }

    private void measure() {
        int behind = 0;
        long longest = 0;
        for (Channel channel : channels.values()) {
            behind += channel.tally().behind();
            longest = Math.max(longest, channel.lag());
        }
        long paused = kit.endpoints().known().values().stream()
                .filter(Endpoint::isPaused)
                .count();
        kit.meters().found(behind, longest, Math.toIntExact(paused));
    }

    /** Nobody may be left who is to be told. */
    private void lookAtTombstones(Collection<SessionKey> sessions) {
        sessions.stream().filter(key -> kit.heads().tombstone(key).isPresent()).forEach(this::ended);
    }

    /** Asked on a partition's thread. */
    private boolean isMourned(SessionKey key) {
        long now = kit.now().getAsLong();
        return !retired && kit.endpoints().of(key.tenant()).stream().anyMatch(endpoint -> endpoint.mourns(key, now));
    }

    /** A session is no more, and one of those who are told of it knows. */
    private void ended(SessionKey key) {
        Optional<OwnedHeads.Tombstone> tombstone = kit.heads().tombstone(key);
        if (tombstone.isEmpty()) {
            if (kit.heads().isDeleted(key)) {
                kit.forget(key);
            }
            return;
        }
        List<Future<Boolean>> told = channels(key.tenant())
                .map(Channel::endpoint)
                .filter(endpoint -> endpoint.mourns(key, tombstone.get().at()))
                .map(endpoint -> kit.loop()
                        .bring(kit.cursors().load(key, endpoint.id()))
                        .map(cursor -> cursor.filter(at -> at.incarnation() == endpoint.incarnation())
                                .filter(Cursor::isEnded)
                                .isPresent()))
                .toList();
        Future.all(told)
                .compose(known -> told.stream().allMatch(Future::result)
                        ? kit.loop().bring(kit.heads().told(key)).onSuccess(done -> kit.forget(key))
                        : Future.succeededFuture())
                .onFailure(failure -> kit.loop().after(PERIOD_MILLIS, () -> {
                    if (kit.heads().isOwned(key)) {
                        ended(key);
                    }
                }));
    }

    private void compare(Channel channel, Collection<SessionKey> sessions) {
        List<SessionKey> wanted =
                sessions.stream().filter(channel.endpoint()::wants).toList();
        for (int from = 0; from < wanted.size(); from += COMPARED_AT_ONCE) {
            compareSome(
                    channel, new ArrayList<>(wanted.subList(from, Math.min(wanted.size(), from + COMPARED_AT_ONCE))));
        }
    }

    private void compareSome(Channel channel, List<SessionKey> sessions) {
        kit.loop()
                .bring(kit.cursors().load(sessions, channel.endpoint().id()))
                .onSuccess(cursors -> sessions.stream()
                        .filter(key -> isBehind(channel.endpoint(), key, Optional.ofNullable(cursors.get(key))))
                        // A lane of an earlier ownership may believe to be where the cursor was before a replay.
                        .forEach(channel::moved))
                .onFailure(failure -> {
                    LOG.debug("cursors of {} will be read again", channel.endpoint(), failure);
                    kit.loop().after(PERIOD_MILLIS, () -> {
                        if (channels.containsValue(channel)) {
                            compareSome(channel, sessions);
                        }
                    });
                });
    }

    private boolean isBehind(Endpoint endpoint, SessionKey key, Optional<Cursor> kept) {
        Optional<Cursor> cursor = kept.filter(known -> known.incarnation() == endpoint.incarnation());
        Optional<OwnedHeads.Tombstone> tombstone = kit.heads().tombstone(key);
        if (tombstone.isPresent()) {
            return endpoint.mourns(key, tombstone.get().at())
                    && !cursor.filter(Cursor::isEnded).isPresent();
        }
        Optional<OwnedHeads.Head> head = kit.heads().head(key);
        if (head.isEmpty()) {
            return false;
        }
        return cursor.map(known -> known.within(head.get().lineage()).delivered()
                        < head.get().seq())
                .orElseGet(() -> head.get().at() >= endpoint.since());
    }
}
