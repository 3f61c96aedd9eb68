package dev.sessionmesh.routing;

import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.Lineage;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.Turn;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Brings the batches of one session into order: whatever arrives late, twice or not at all, what comes out is contiguous. Pure; the
 * exchange around it fetches what is missing.
 */
final class Feed {
    /** Batches that arrived ahead of a gap; more are forgotten, as the log has them. */
    private static final int AHEAD = 64;

    private final SessionKey key;
    private Lineage lineage;
    private final PriorityQueue<Ahead> ahead =
            new PriorityQueue<>(Comparator.comparingLong(early -> early.batch().from()));
    private long head;
    private String turn = "";
    private Runner runner = Runner.NONE;
    private final Map<String, String> traces = new HashMap<>();

    Feed(SessionKey key, State attached) {
        this.key = key;
        this.lineage = attached.lineage();
        this.head = attached.head();
        attached.current().ifPresent(this::runBy);
        attached.turns().stream().filter(Turn::active).forEach(active -> trace(active.id(), active.trace()));
    }

    private record Ahead(EventBatch batch, long sinceNanos) {}

    interface Out {
        void deliver(Delivery delivery);
    }

    SessionKey key() {
        return key;
    }

    Lineage lineage() {
        return lineage;
    }

    /** The last seq that came out. */
    long head() {
        return head;
    }

    /** Whether something arrived that cannot come out before what is missing. */
    boolean hasGap() {
        return !ahead.isEmpty();
    }

    /** The turn that this node incarnation runs; empty if none of the session's. */
    String turnOf(String incarnation) {
        return runner.incarnation().equals(incarnation) ? turn : "";
    }

    /** The session as of here, for who begins to listen. */
    FeedStart start() {
        Optional<FeedStart.Running> running =
                runner.equals(Runner.NONE) ? Optional.empty() : Optional.of(new FeedStart.Running(turn, runner));
        return new FeedStart(lineage, head, running, Map.copyOf(traces));
    }

    /** Whether the log has forked before a place that came out already: what came out behind the fork is not part of it any more. */
    boolean isLeftBy(EventBatch batch) {
        return batch.from() <= head && lineage.isLeftBy(batch);
    }

    /** @param sinceNanos since when it could have been delivered */
    void offer(EventBatch batch, long sinceNanos, Out out) {
        if (batch.from() > head + 1) {
            if (ahead.size() < AHEAD) {
                ahead.add(new Ahead(batch, sinceNanos));
            }
            return;
        }
        release(batch, sinceNanos, out);
        while (!ahead.isEmpty() && ahead.peek().batch().from() <= head + 1) {
            Ahead next = ahead.remove();
            release(next.batch(), next.sinceNanos(), out);
        }
    }

    private void release(EventBatch batch, long sinceNanos, Out out) {
        if (batch.to() <= head) {
            return;
        }
        EventBatch fresh = batch.after(head);
        Delivery delivery = new Delivery(key, fresh, sinceNanos);
        lineage = lineage.through(fresh);
        head = delivery.to();
        fresh.events().forEach(this::follow);
        out.deliver(delivery);
    }

    private void follow(Event event) {
        if (event instanceof Event.TurnClaimed claimed) {
            turn = claimed.turn();
            runner = claimed.runner();
        } else if (event instanceof Event.TurnReceived received) {
            trace(received.turn(), received.trace());
        } else if (event instanceof Event.TurnEnded ended) {
            traces.remove(ended.turn());
            if (ended.turn().equals(turn)) {
                turn = "";
                runner = Runner.NONE;
            }
        }
    }

    private void trace(String received, String place) {
        if (!place.isEmpty()) {
            traces.put(received, place);
        }
    }

    private void runBy(Turn current) {
        turn = current.id();
        runner = current.runner();
    }
}
