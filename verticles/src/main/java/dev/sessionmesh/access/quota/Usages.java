package dev.sessionmesh.access.quota;

import dev.sessionmesh.loop.Poll;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** What tenants use on all nodes, and the one limit that only all nodes together can tell of: how many sessions there are. Safe on any thread. */
public final class Usages {
    private static final String ADDRESS = "mesh.usage.";
    /** In an answer: for how many nanoseconds its node counted. */
    private static final String TOOK = "tookNanos";

    private static final long PATIENCE_MILLIS = 1_000;
    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    /** Counting is to take no more than so small a part of the time. */
    private static final int SPARING = 20;

    private static final int TENANTS_KEPT = 10_000;

    private final Vertx vertx;
    private final String self;
    private final Supplier<Collection<String>> nodes;
    private final Quotas quotas;
    private final Sessions sessions;
    private final Map<String, Count> counts = new ConcurrentHashMap<>();

    /** How many sessions this node owns. */
    public interface Sessions {
        CompletionStage<Integer> of(String tenant);

        /** By tenant; those without any are left out. */
        CompletionStage<Map<String, Integer>> all();
    }

    /**
     * @param self incarnation of this node
     * @param nodes incarnations of all nodes, this one included
     */
    public Usages(Vertx vertx, String self, Supplier<Collection<String>> nodes, Quotas quotas, Sessions sessions) {
        this.vertx = vertx;
        this.self = self;
        this.nodes = nodes;
        this.quotas = quotas;
        this.sessions = sessions;
    }

    /**
     * @param nodes how many were asked
     * @param answered how many answered in time; the others are not in the sum
     */
    public record Sum(Usage usage, int nodes, int answered) {}

    /** Answers for this node from now on; may be called again when it failed. */
    public Future<Void> start() {
        var questions = vertx.eventBus().<String>consumer(ADDRESS + self, question -> {
            long begun = System.nanoTime();
            here(question.body())
                    .onSuccess(usage -> question.reply(usage.toJson().put(TOOK, System.nanoTime() - begun)))
                    .onFailure(failure -> question.fail(0, failure.toString()));
        });
        return questions.completion().onFailure(uncertain -> questions.unregister());
    }

    public Future<Sum> of(String tenant) {
        return ask(tenant)
                .map(answers ->
                        new Sum(sum(answers), answers.asked(), answers.told().size()));
    }

    private Future<Poll.Answers<JsonObject>> ask(String tenant) {
        return Poll.ask(vertx.eventBus(), ADDRESS, nodes.get(), tenant, PATIENCE_MILLIS);
    }

    private static Usage sum(Poll.Answers<JsonObject> answers) {
        return answers.told().stream().map(Usage::of).reduce(Usage.NONE, Usage::plus);
    }

    /** Of every tenant that this node has heard of lately, or whose sessions it owns. */
    public Future<Map<String, Usage>> here() {
        return Future.fromCompletionStage(sessions.all(), vertx.getOrCreateContext())
                .map(owned -> {
                    Map<String, Usage> all = new TreeMap<>(quotas.usages());
                    owned.forEach((tenant, there) ->
                            all.put(tenant, all.getOrDefault(tenant, Usage.NONE).withSessions(there)));
                    return all;
                });
    }

    private Future<Usage> here(String tenant) {
        return Future.fromCompletionStage(sessions.of(tenant), vertx.getOrCreateContext())
                .map(owned -> quotas.tenant(tenant).usage().withSessions(owned));
    }

    /** Its limits, as they are now. */
    public Quota limits(String tenant) {
        return quotas.limits(tenant);
    }

    /** Counts, and says, that a tenant is refused another session. */
    public TooMuch full(String tenant) {
        return quotas.tenant(tenant).full();
    }

    /** Room for another session. */
    public interface Place {
        /** No session was made. */
        void giveBack();
    }

    /**
     * Whether a tenant may have another session. What other nodes make until they are asked again is not known, nor what is under way at that moment, so that its
     * limit may be exceeded by as much.
     *
     * @return empty when it has as many as it may
     */
    public Future<Optional<Place>> place(String tenant) {
        int most = quotas.limits(tenant).sessions();
        if (most == Quota.ANY) {
            return Future.succeededFuture(Optional.of(() -> {}));
        }
        if (counts.size() > TENANTS_KEPT) {
            counts.values().removeIf(Count::isStale);
        }
        Count count = counts.compute(tenant, (name, known) -> known == null || known.isStale() ? new Count() : known);
        return count.ask(() -> ask(tenant)).map(there -> {
            if (there + count.made.incrementAndGet() <= most) {
                return Optional.of(count.made::decrementAndGet);
            }
            count.made.decrementAndGet();
            return Optional.empty();
        });
    }

    /** How many a tenant had a moment ago, and how many were made here since. */
    private static final class Count {
        private final AtomicInteger made = new AtomicInteger();
        private final AtomicBoolean asked = new AtomicBoolean();
        private final Promise<Long> there = Promise.promise();
        private volatile long freshUntil = Long.MAX_VALUE;

        Future<Long> ask(Supplier<Future<Poll.Answers<JsonObject>>> everybody) {
            if (asked.compareAndSet(false, true)) {
                everybody
                        .get()
                        .map(answers -> {
                            long took = answers.told().stream()
                                    .mapToLong(answer -> answer.getLong(TOOK))
                                    .max()
                                    .orElse(0);
                            freshUntil = System.nanoTime() + Math.max(FRESH_NANOS, SPARING * took);
                            return sum(answers).sessions();
                        })
                        .onComplete(there);
            }
            return there.future();
        }

        boolean isStale() {
            return freshUntil != Long.MAX_VALUE && System.nanoTime() - freshUntil >= 0;
        }
    }
}
