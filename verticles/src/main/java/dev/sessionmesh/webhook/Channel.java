package dev.sessionmesh.webhook;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.trace.About;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node has to do with one webhook: the sessions with something to deliver, a few of which are served at a time, one after the other in
 * turn. Each session waits for its own requests only; all of them wait while the receiver does not work. Lives on the deliverer's loop.
 */
final class Channel {
    private static final Logger LOG = LoggerFactory.getLogger(Channel.class);
    private static final long AWAY_MILLIS = 1_000;

    private final Deliverer.Kit kit;
    private final Breaker breaker;
    private final Backoff pauses;
    private final ArrayDeque<Lane> ready = new ArrayDeque<>();
    private final PriorityQueue<Lane> parked = new PriorityQueue<>(Comparator.comparingLong(lane -> lane.notBefore));
    /** Those without news are forgotten, the ones that were served longest ago first. */
    private final Map<SessionKey, Lane> lanes = new LinkedHashMap<>(16, 0.75f, true);

    private final Consumer<SessionKey> ended;

    private Endpoint endpoint;
    private int running;
    private long wakesAt = Long.MAX_VALUE;
    private boolean closed;
    private long deliveries;
    private long events;
    private long failures;

    /** @param ended told of a session that is no more and of which nothing is left to be delivered */
    Channel(Deliverer.Kit kit, Endpoint endpoint, Consumer<SessionKey> ended) {
        this.kit = kit;
        this.ended = ended;
        this.endpoint = endpoint;
        this.breaker = new Breaker(
                new Backoff(kit.limits().backOffFirst(), kit.limits().backOffEndpoint(), kit.random()));
        this.pauses = new Backoff(kit.limits().backOffFirst(), kit.limits().backOffSession(), kit.random());
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** It was changed, paused or resumed. */
    void update(Endpoint now) {
        boolean again =
                (endpoint.isPaused() && !now.isPaused()) || !endpoint.url().equals(now.url());
        endpoint = now;
        if (again) {
            breaker.reset();
            parked.forEach(lane -> lane.notBefore = 0);
            lanes.values().forEach(lane -> {
                lane.faults = 0;
                lane.refusedSince = 0;
            });
        }
        pump();
    }

    void close() {
        closed = true;
        ready.clear();
        parked.clear();
        lanes.clear();
    }

    /** There may be something to deliver in a session. */
    void wake(SessionKey key) {
        Lane lane = lanes.computeIfAbsent(key, fresh -> new Lane(kit, fresh));
        lane.news = true;
        offer(lane);
        pump();
    }

    /** Somebody moved the cursor of a session. */
    void moved(SessionKey key) {
        lanes.computeIfAbsent(key, fresh -> new Lane(kit, fresh)).moved = true;
        wake(key);
    }

    /** Whether anybody looked for what is to be delivered in a session. */
    boolean knows(SessionKey key) {
        return lanes.containsKey(key);
    }

    /** Whether something of the session is to be delivered, as far as is known. */
    boolean isBusy(SessionKey key) {
        @Nullable Lane lane = lanes.get(key);
        return lane != null && (lane.queued || lane.running || lane.news);
    }

    /** How it does here: for {@link Webhooks}. */
    Tally tally() {
        return new Tally(deliveries, events, failures, ready.size() + parked.size() + running);
    }

    /** For how long the lane that has waited longest has done so, in milliseconds; 0 while it is paused, or none waits. */
    long lag() {
        if (endpoint.isPaused() || ready.isEmpty() && parked.isEmpty() && running == 0) {
            return 0;
        }
        long now = kit.millis();
        return lanes.values().stream()
                .filter(lane -> lane.behindSince != 0)
                .mapToLong(lane -> now - lane.behindSince)
                .max()
                .orElse(0);
    }

    private void offer(Lane lane) {
        lane.behindSince = lane.behindSince == 0 ? kit.millis() : lane.behindSince;
        if (!lane.queued && !lane.running && !closed) {
            lane.queued = true;
            ready.addLast(lane);
        }
    }

    private void park(Lane lane, long until) {
        lane.notBefore = until;
        lane.queued = true;
        parked.add(lane);
    }

    private void pump() {
        if (closed || endpoint.isPaused()) {
            return;
        }
        long now = kit.millis();
        while (!parked.isEmpty() && parked.peek().notBefore <= now) {
            ready.addLast(parked.remove());
        }
        while (running < kit.limits().inFlight() && !ready.isEmpty() && breaker.mayTry(now)) {
            run(ready.removeFirst());
        }
        if (!ready.isEmpty() && !breaker.isClosed()) {
            wakeAt(Math.max(breaker.opensAt(), now + 1));
        }
        if (!parked.isEmpty()) {
            wakeAt(parked.peek().notBefore);
        }
    }

    private void wakeAt(long at) {
        if (at < wakesAt) {
            wakesAt = at;
            kit.loop().after(Math.max(1, at - kit.millis()), () -> {
                if (wakesAt == at) {
                    wakesAt = Long.MAX_VALUE;
                }
                pump();
            });
        }
    }

    private void run(Lane lane) {
        lane.queued = false;
        lane.running = true;
        lane.news = false;
        running++;
        lane.run(endpoint).onComplete(done -> {
            running--;
            lane.running = false;
            if (!closed) {
                settle(lane, done.succeeded() ? done.result() : new Lane.Result.Away());
                pump();
            }
        });
    }

    private void settle(Lane lane, Lane.Result result) {
        switch (result) {
            case Lane.Result.CaughtUp up -> {
                breaker.nothing();
                lane.behindSince = 0;
                if (lane.news) {
                    offer(lane);
                } else {
                    rest();
                }
            }
            case Lane.Result.Delivered(int count) -> {
                deliveries++;
                events += count;
                kit.meters().deliveries.increment();
                kit.meters().events.add(count);
                lane.behindSince = kit.millis();
                lane.faults = 0;
                lane.refusedSince = 0;
                breaker.success();
                kit.endpoints().works(endpoint);
                offer(lane);
            }
            case Lane.Result.Fault(Answer answer) -> {
                failures++;
                kit.meters().failures.increment();
                fault(lane, answer);
            }
            case Lane.Result.Again again -> {
                breaker.nothing();
                offer(lane);
            }
            case Lane.Result.Away away -> {
                breaker.nothing();
                park(lane, kit.millis() + AWAY_MILLIS);
            }
            case Lane.Result.NotOwned elsewhere -> {
                breaker.nothing();
                lanes.remove(lane.key());
                kit.heads().missed(lane.key());
            }
            case Lane.Result.Ended(boolean deleted) -> {
                breaker.nothing();
                lane.behindSince = 0;
                if (lane.news) {
                    offer(lane);
                } else {
                    lanes.remove(lane.key());
                    if (deleted) {
                        ended.accept(lane.key());
                    }
                }
            }
        }
    }

    private void fault(Lane lane, Answer answer) {
        long now = kit.millis();
        lane.faults++;
        switch (answer) {
            case Answer.Taken taken -> throw new IllegalStateException("what was taken is no fault");
            case Answer.Gone gone -> {
                breaker.failed(now, 0);
                offer(lane);
                kit.endpoints().pause(endpoint, Endpoint.Pause.GONE, "http_" + Answer.GONE);
            }
            case Answer.Failed(String code, long retryAfter) -> {
                boolean first = breaker.isClosed();
                breaker.failed(
                        now, Math.min(retryAfter, kit.limits().retryAfterMost().toMillis()));
                park(lane, Math.max(breaker.opensAt(), now));
                if (first) {
                    LOG.info("{} does not take what is sent: {}", endpoint, code);
                }
                kit.endpoints().fails(endpoint, code, breaker.failures());
            }
            case Answer.Refused(String code) -> {
                breaker.refused(now);
                lane.refusedSince = lane.refusedSince == 0 ? now : lane.refusedSince;
                park(lane, now + pauses.millis(lane.faults));
                kit.endpoints().fails(endpoint, code, breaker.failures());
                if (now - lane.refusedSince >= kit.limits().giveUp().toMillis()) {
                    About.of(lane.key()).warn(LOG).log("{} refuses what is next: {}", endpoint, code);
                    kit.endpoints().pause(endpoint, Endpoint.Pause.REFUSED, code);
                }
            }
        }
    }

    private void rest() {
        var oldest = lanes.values().iterator();
        for (int surplus = lanes.size() - kit.limits().lanesKept(); surplus > 0 && oldest.hasNext(); surplus--) {
            @Nullable Lane lane = oldest.next();
            if (!lane.queued && !lane.running) {
                oldest.remove();
            }
        }
    }

    /**
     * @param deliveries requests that were taken
     * @param events in them
     * @param failures requests that were not
     * @param behind sessions with something that is not delivered yet, as far as is known
     */
    record Tally(long deliveries, long events, long failures, int behind) {
        static final Tally NONE = new Tally(0, 0, 0, 0);

        Tally plus(Tally other) {
            return new Tally(
                    deliveries + other.deliveries,
                    events + other.events,
                    failures + other.failures,
                    behind + other.behind);
        }
    }
}
