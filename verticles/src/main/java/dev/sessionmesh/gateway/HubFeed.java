package dev.sessionmesh.gateway;

import dev.sessionmesh.codec.json.ServerJson;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.Lineage;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.routing.Delivery;
import dev.sessionmesh.routing.FeedListener;
import dev.sessionmesh.routing.FeedStart;
import io.vertx.core.Future;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A session on one event loop: its window of recent events, and the tabs that stand somewhere in or behind it. */
final class HubFeed implements FeedListener {

    private final Hub hub;
    private final SessionKey key;
    private Lineage lineage;
    private final Window window;
    private final Deliveries deliveries;
    private final List<Tab> tabs = new ArrayList<>();
    private final FeedListener subscribed;
    /** What has arrived since the tabs were told last. */
    private @Nullable Delivery oldestNews;

    private int held;
    private @Nullable Future<List<WireFrame>> reading;
    private long readingAfter = -1;
    private @Nullable Future<Outcome<Snapshot>> folding;
    private WeakReference<@Nullable Snapshot> latest = new WeakReference<>(null);

    /** @param subscribed the listener under which the exchange knows this feed */
    HubFeed(Hub hub, SessionKey key, FeedStart start, FeedListener subscribed) {
        this.hub = hub;
        this.subscribed = subscribed;
        this.key = key;
        this.lineage = start.lineage();
        this.window = new Window(
                key, start.head(), hub.limits().feedWindowBytes(), hub.limits().frameTextChars());
        this.deliveries = new Deliveries(hub.traces(), key, start.traces());
    }

    SessionKey key() {
        return key;
    }

    Lineage lineage() {
        return lineage;
    }

    long head() {
        return window.head();
    }

    long nanos() {
        return hub.nanos();
    }

    Optional<WireFrame> after(long seq) {
        return window.after(seq);
    }

    /** Whether there is nothing behind a seq, or all of it is at hand. */
    boolean reaches(long seq) {
        return seq >= window.head() || window.holds(seq + 1);
    }

    Tab add(TabChannel channel, long sentSeq) {
        Tab tab = new Tab(this, channel, sentSeq, hub.meters());
        tabs.add(tab);
        hub.meters().tabs().up();
        return tab;
    }

    List<Tab> tabs() {
        return tabs;
    }

    void remove(Tab tab) {
        if (tabs.remove(tab)) {
            hub.meters().tabs().down();
        }
        forgetIfUnused();
    }

    /** Keeps the feed while a tab is being placed. */
    void hold() {
        held++;
    }

    void release() {
        held--;
        forgetIfUnused();
    }

    FeedListener subscribed() {
        return subscribed;
    }

    private void forgetIfUnused() {
        if (tabs.isEmpty() && held == 0) {
            hub.forget(this);
        }
    }

    @Override
    public void events(Delivery delivery) {
        lineage = lineage.through(delivery.batch());
        window.add(delivery);
        oldestNews = oldestNews == null ? delivery : oldestNews;
        deliveries.arrived(delivery, nanos());
        hub.pumpSoon(this);
    }

    void pump() {
        for (int i = 0; i < tabs.size(); i++) {
            tabs.get(i).pump();
        }
        measure();
        if (deliveries.isDue()) {
            long behind = tabs.stream().filter(tab -> tab.sentSeq() < head()).count();
            deliveries.handedOver(tabs.size(), (int) behind, nanos());
        }
    }

    /** A tab that takes nothing at the moment is not waited for: it is counted among the slow ones. */
    private void measure() {
        Delivery news = oldestNews;
        oldestNews = null;
        if (news != null && !tabs.isEmpty()) {
            hub.meters().delivery().nanos(nanos() - news.sinceNanos());
            hub.meters().age().millis(hub.now() - news.batch().at());
        }
    }

    @Override
    public void recovering(String turn) {
        signal(ServerJson.recovering(key, turn));
    }

    @Override
    public void signal(byte[] json) {
        WireFrame frame = WireFrame.signal(json);
        List.copyOf(tabs).forEach(tab -> tab.signal(frame));
    }

    @Override
    public void ended() {
        latest.clear();
        WireFrame frame = WireFrame.signal(ServerJson.detached(key));
        List.copyOf(tabs).forEach(tab -> tab.end(frame));
    }

    /** Reads the log behind {@code seq}, roughly so much; tabs that come back together from the same place share one read. */
    Future<List<WireFrame>> read(long seq, int bytes) {
        Future<List<WireFrame>> shared = reading;
        if (shared != null && readingAfter == seq) {
            return shared;
        }
        Future<List<WireFrame>> read = hub.read(key, seq, bytes)
                .map(batches -> Frames.merged(key, batches, seq, hub.limits().frameTextChars()));
        reading = read;
        readingAfter = seq;
        hub.later(() -> {
            if (reading == read) {
                reading = null;
            }
        });
        return read;
    }

    /**
     * Where a tab without a position begins. One that others began at is as good, as long as it is still held
     * by any of them and what followed it is at hand.
     */
    Future<Outcome<Snapshot>> snapshot() {
        Snapshot known = latest.get();
        if (known != null && (known.seq() >= head() || after(known.seq()).isPresent())) {
            return Future.succeededFuture(Outcome.done(known));
        }
        Future<Outcome<Snapshot>> shared = folding;
        if (shared != null) {
            return shared;
        }
        Future<Outcome<Snapshot>> fold = hub.snapshot(key).onSuccess(outcome -> {
            if (outcome instanceof Outcome.Done<Snapshot>(Snapshot fresh)) {
                latest = new WeakReference<>(fresh);
            }
        });
        folding = fold;
        fold.onComplete(done -> folding = null);
        return fold;
    }

    void failed(Tab tab, Throwable failure) {
        hub.failed(this, tab, failure);
    }

    static List<EventBatch> batches(Outcome<SessionStore.Slice> outcome) {
        return switch (outcome) {
            case Outcome.Done<SessionStore.Slice>(SessionStore.Slice slice) -> slice.batches();
            case Outcome.Refused<SessionStore.Slice> refused -> throw new RefusedException(refused);
        };
    }

    /** Carries a refusal through a future. */
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Outcome.Refused<?> refused;

        RefusedException(Outcome.Refused<?> refused) {
            super(refused.message(), null, false, false);
            this.refused = refused;
        }

        Outcome.Refused<?> refused() {
            return refused;
        }
    }
}
