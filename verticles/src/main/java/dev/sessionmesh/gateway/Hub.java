package dev.sessionmesh.gateway;

import dev.sessionmesh.codec.json.AttachedJson;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.Lineage;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.loop.Loops;
import dev.sessionmesh.routing.Exchanges;
import dev.sessionmesh.routing.FeedStart;
import dev.sessionmesh.routing.SessionService;
import dev.sessionmesh.trace.About;
import dev.sessionmesh.trace.Traces;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tabs of one event loop. Attaching settles where a tab begins: behind a position that the log can serve completely, or at a
 * snapshot with the reason why not.
 */
public final class Hub {
    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);
    private static final long SHARE_READS_MILLIS = 50;
    private static final long RETRY_MILLIS = 200;
    private static final int FOLD_BYTES = 262_144;

    private final Loop loop;
    private final SessionService service;
    private final Exchanges exchanges;
    private final BooleanSupplier quorum;
    private final Limits limits;
    private final GatewayMeters meters;
    private final Map<SessionKey, HubFeed> feeds = new HashMap<>();
    private final Map<SessionKey, Future<Outcome<HubFeed>>> opening = new HashMap<>();
    private final Set<HubFeed> dirty = new LinkedHashSet<>();

    /**
     * Belongs to the event loop it is made on.
     *
     * @param quorum whether this node sees the majority of the cluster
     */
    public Hub(Loops loops, SessionService service, Exchanges exchanges, BooleanSupplier quorum, Limits limits) {
        this(loops, service, exchanges, quorum, limits, GatewayMeters.unread());
    }

    public Hub(
            Loops loops,
            SessionService service,
            Exchanges exchanges,
            BooleanSupplier quorum,
            Limits limits,
            GatewayMeters meters) {
        this.meters = meters;
        this.loop = loops.current();
        this.quorum = quorum;
        this.service = service;
        this.exchanges = exchanges;
        this.limits = limits;
    }

    Traces traces() {
        return service.traces();
    }

    public Limits limits() {
        return limits;
    }

    public GatewayMeters meters() {
        return meters;
    }

    /**
     * Where a client wants to begin.
     *
     * @param pos the lineage it saw, and a seq
     * @param after the last seq it saw; wins over the seq in {@code pos}
     * @param client the client id it wants to keep
     */
    public record Begin(Optional<Position> pos, OptionalLong after, Optional<String> client) {
        public static Begin after(long seq) {
            return new Begin(Optional.empty(), OptionalLong.of(seq), Optional.empty());
        }

        /** Whether it has seen something of the session. */
        boolean resumes() {
            return after.orElseGet(() -> pos.map(Position::seq).orElse(0L)) > 0;
        }
    }

    /**
     * A tab that has not been started.
     *
     * @param client the client id that the answer gives it
     * @param answer the frames to start it with: {@code attached}, and a snapshot where needed
     * @param diverged whether it saw what is not in the log
     */
    public record Attachment(Tab tab, String client, Iterator<WireFrame> answer, boolean diverged) {}

    public Future<Outcome<Attachment>> attach(Access access, SessionKey key, Begin begin, TabChannel channel) {
        long asked = loop.nanos();
        return settle(access, key, begin, channel)
                .onComplete(settled -> meters.attaches().settled(begin, settled, loop.nanos() - asked));
    }

    private Future<Outcome<Attachment>> settle(Access access, SessionKey key, Begin begin, TabChannel channel) {
        return open(access, key).compose(outcome -> switch (outcome) {
            case Outcome.Refused<HubFeed> refused -> Future.succeededFuture(refused.as());
            // Opened for several tabs at once, and forgotten with the first: its socket was gone already.
            case Outcome.Done<HubFeed>(HubFeed feed) when feeds.get(key) != feed -> settle(access, key, begin, channel);
            case Outcome.Done<HubFeed>(HubFeed feed) -> {
                feed.hold();
                yield place(access, feed, begin, channel).onComplete(placed -> feed.release());
            }
        });
    }

    private Future<Outcome<HubFeed>> open(Access access, SessionKey key) {
        if (!access.permits(key, Access.Action.READ)) {
            return Future.succeededFuture(Outcome.refused(ErrorCode.FORBIDDEN, "not granted: read"));
        }
        HubFeed live = feeds.get(key);
        if (live != null) {
            return Future.succeededFuture(Outcome.done(live));
        }
        return opening.computeIfAbsent(key, k -> {
            LateListener listener = new LateListener();
            return exchanges
                    .subscribe(k, listener)
                    .map(outcome -> opened(k, outcome, listener))
                    .onComplete(done -> opening.remove(k));
        });
    }

    private Outcome<HubFeed> opened(SessionKey key, Outcome<FeedStart> outcome, LateListener listener) {
        return switch (outcome) {
            case Outcome.Refused<FeedStart> refused -> refused.as();
            case Outcome.Done<FeedStart>(FeedStart start) -> {
                HubFeed feed = new HubFeed(this, key, start, listener);
                listener.become(feed);
                feeds.put(key, feed);
                yield Outcome.done(feed);
            }
        };
    }

    private Future<Outcome<Attachment>> place(Access access, HubFeed feed, Begin begin, TabChannel channel) {
        String client = begin.client()
                .orElseGet(() -> CommandId.newClient(
                        service.now(), ThreadLocalRandom.current().nextLong()));
        if (begin.after().isEmpty() && begin.pos().isEmpty()) {
            return snapshot(feed, channel, client, AttachedJson.Reason.NEW, OptionalLong.empty());
        }
        long seq = begin.after().orElseGet(() -> begin.pos().orElseThrow().seq());
        Optional<Position> seen = begin.pos().map(pos -> new Position(pos.history(), seq));
        if (seq <= feed.head() && seen.stream().allMatch(feed.lineage()::contains)) {
            return goOn(feed, feed.lineage(), seq, feed.head(), channel, client);
        }
        // The client may have seen more on another node than has arrived here yet: only the log can tell.
        return service.view(access, feed.key()).compose(outcome -> switch (outcome) {
            case Outcome.Refused<State> refused -> Future.succeededFuture(refused.as());
            case Outcome.Done<State>(State state) -> {
                if (seq <= state.head() && seen.stream().allMatch(state.lineage()::contains)) {
                    yield goOn(feed, state.lineage(), seq, state.head(), channel, client);
                }
                if (seen.isEmpty() && !quorum.getAsBoolean()) {
                    yield Future.succeededFuture(Outcome.refused(
                            ErrorCode.NO_QUORUM, "seq " + seq + " is not known here, and this node is cut off"));
                }
                yield seen.isPresent()
                        ? diverged(feed, state, seen.get(), channel, client)
                        : Future.succeededFuture(Outcome.refused(
                                ErrorCode.POSITION_AHEAD, "seq " + seq + " is beyond the head " + state.head()));
            }
        });
    }

    /** The client was shown what this log does not hold: unless this side is the one that was left behind, it is told to go back. */
    private Future<Outcome<Attachment>> diverged(
            HubFeed feed, State state, Position seen, TabChannel channel, String client) {
        if (!quorum.getAsBoolean()) {
            return Future.succeededFuture(Outcome.refused(
                    ErrorCode.NO_QUORUM, "seq " + seen.seq() + " is not known here, and this node is cut off"));
        }
        long common = Math.min(state.lineage().common(seen), state.head());
        return snapshot(feed, channel, client, AttachedJson.Reason.DIVERGED, OptionalLong.of(common));
    }

    /** From where the client stands, unless the events behind are no longer known one by one. */
    private Future<Outcome<Attachment>> goOn(
            HubFeed feed, Lineage lineage, long seq, long head, TabChannel channel, String client) {
        return lineage.reaches(seq)
                ? Future.succeededFuture(Outcome.done(resume(feed, lineage, seq, head, channel, client)))
                : snapshot(feed, channel, client, AttachedJson.Reason.COMPACTED, OptionalLong.empty());
    }

    private static Attachment resume(
            HubFeed feed, Lineage lineage, long seq, long head, TabChannel channel, String client) {
        String pos = new Position(lineage.at(seq), seq).token();
        byte[] attached = AttachedJson.resumed(feed.key(), head, pos, client);
        return new Attachment(
                feed.add(channel, seq),
                client,
                List.of(WireFrame.signal(attached)).iterator(),
                false);
    }

    private Future<Outcome<Attachment>> snapshot(
            HubFeed feed, TabChannel channel, String client, AttachedJson.Reason reason, OptionalLong rewindTo) {
        return feed.snapshot().map(outcome -> switch (outcome) {
            case Outcome.Refused<Snapshot> refused -> refused.as();
            case Outcome.Done<Snapshot>(Snapshot snapshot) ->
                Outcome.done(new Attachment(
                        feed.add(channel, snapshot.seq()),
                        client,
                        snapshot.frames(client, reason, rewindTo, limits),
                        reason == AttachedJson.Reason.DIVERGED));
        });
    }

    /** A session as it is now, for whoever was permitted to read it. */
    Future<Outcome<Snapshot>> snapshot(SessionKey key) {
        return service.view(Access.ALL, key).compose(outcome -> switch (outcome) {
            case Outcome.Refused<State> refused -> Future.succeededFuture(refused.as());
            case Outcome.Done<State>(State state) ->
                fold(key, state.head(), new Conversation())
                        .map(folded -> Outcome.done(new Snapshot(state, folded, limits)));
        });
    }

    /** The conversation exactly as of {@code head}. */
    private Future<Conversation> fold(SessionKey key, long head, Conversation folded) {
        if (folded.seq() >= head) {
            return Future.succeededFuture(folded);
        }
        return read(key, folded.seq(), FOLD_BYTES).compose(batches -> {
            if (batches.isEmpty()) {
                return Future.failedFuture(new IllegalStateException("the log of " + key + " ends early"));
            }
            for (EventBatch batch : batches) {
                if (batch.from() <= head) {
                    folded.apply(batch.until(head));
                }
            }
            return fold(key, head, folded);
        });
    }

    Future<List<EventBatch>> read(SessionKey key, long after, int maxBytes) {
        return service.read(Access.ALL, key, after, maxBytes).map(HubFeed::batches);
    }

    /** Pumps the feed's tabs after what is already waiting on this event loop, so that a busy loop sends more at a time. */
    void pumpSoon(HubFeed feed) {
        if (dirty.isEmpty()) {
            loop.execute(() -> {
                List<HubFeed> due = new ArrayList<>(dirty);
                dirty.clear();
                due.forEach(HubFeed::pump);
            });
        }
        dirty.add(feed);
    }

    void later(Runnable work) {
        loop.after(SHARE_READS_MILLIS, work);
    }

    void after(long millis, Runnable work) {
        loop.after(millis, work);
    }

    /** A tab could not read what it lacks: it tries again, unless the session is gone. */
    void failed(HubFeed feed, Tab tab, Throwable failure) {
        boolean gone = failure instanceof HubFeed.RefusedException refused
                && !refused.refused().code().retryable();
        if (gone) {
            feed.ended();
            return;
        }
        About.of(feed.key()).debug(LOG).setCause(failure).log("session could not be read for a tab");
        loop.after(RETRY_MILLIS, tab::pump);
    }

    void forget(HubFeed feed) {
        if (feeds.remove(feed.key(), feed)) {
            exchanges.unsubscribe(feed.key(), feed.subscribed());
        }
    }

    long nanos() {
        return loop.nanos();
    }

    /** Epoch milliseconds. */
    long now() {
        return service.now();
    }

    Traffic traffic() {
        List<Traffic.Slow> slow = new ArrayList<>();
        int tabs = 0;
        int heldUp = 0;
        for (HubFeed feed : feeds.values()) {
            tabs += feed.tabs().size();
            for (Tab tab : feed.tabs()) {
                long behind = tab.behind();
                if (behind > 0) {
                    boolean held = tab.isHeldUp();
                    heldUp += held ? 1 : 0;
                    slow.add(new Traffic.Slow(feed.key(), behind, held));
                }
            }
        }
        return new Traffic(tabs, feeds.size(), slow.size(), heldUp, Traffic.slowest(slow));
    }

    /** How many tabs are in each of these sessions; those without any are left out. */
    Map<SessionKey, Integer> tabs(Set<SessionKey> keys) {
        Map<SessionKey, Integer> counts = new HashMap<>();
        for (SessionKey key : keys) {
            HubFeed feed = feeds.get(key);
            if (feed != null && !feed.tabs().isEmpty()) {
                counts.put(key, feed.tabs().size());
            }
        }
        return counts;
    }

    /** How many sessions are followed here. */
    public int size() {
        return feeds.size();
    }
}
