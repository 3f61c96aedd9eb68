package dev.sessionmesh.archive;

import dev.sessionmesh.archive.Retention.Rules;
import dev.sessionmesh.core.Outcome;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Erases sleeping sessions that are older, or more, than are kept. Each tenant is looked after by one node, at a bounded rate: a backlog takes its time, and
 * sessions that are wanted come first. Whether a session still sleeps and has not changed is asked where it would be woken, so that none is erased that
 * somebody uses.
 */
final class RetentionWatch {
    private static final Logger LOG = LoggerFactory.getLogger(RetentionWatch.class);
    /** Sessions that are erased in one round. */
    static final int AT_ONCE = 100;

    private static final int TENANTS = 500;
    private static final int PAGE = 250;
    /** Looking for what is too many goes through all that are not: not in each round. */
    private static final long COUNT_MILLIS = 60_000;

    private final Archive archive;
    private final Desk desk;
    private final InstantSource clock;
    private final Supplier<Retention> retention;
    private final IntPredicate mine;
    private final Function<Listed, CompletableFuture<Outcome<Boolean>>> erase;
    private final Map<String, Long> countedAt = new ConcurrentHashMap<>();
    private boolean underWay;

    /**
     * @param retention what is kept at the moment
     * @param mine whether this node looks after the tenants of a list
     * @param erase has a session erased that still is as it is listed
     */
    RetentionWatch(
            Archive archive,
            Desk desk,
            InstantSource clock,
            Supplier<Retention> retention,
            IntPredicate mine,
            Function<Listed, CompletableFuture<Outcome<Boolean>>> erase) {
        this.archive = archive;
        this.desk = desk;
        this.clock = clock;
        this.retention = retention;
        this.mine = mine;
        this.erase = erase;
    }

    void work() {
        if (underWay || retention.get().isForEver()) {
            return;
        }
        underWay = true;
        desk.bring(round("", AT_ONCE), (done, failure) -> {
            underWay = false;
            failure.ifPresent(passing -> LOG.debug("what is kept will be looked at again: {}", passing.toString()));
        });
    }

    private CompletionStage<Boolean> round(String after, int room) {
        return archive.tenants(after, TENANTS).thenCompose(tenants -> {
            List<String> own = tenants.stream()
                    .filter(tenant -> mine.test(Math.floorMod(tenant.hashCode(), Archive.BUCKETS)))
                    .toList();
            return each(own, room)
                    .thenCompose(left -> tenants.size() < TENANTS || left <= 0
                            ? CompletableFuture.completedStage(true)
                            : round(tenants.getLast(), left));
        });
    }

    /** One tenant after the other, while there is room for more. */
    private CompletionStage<Integer> each(List<String> tenants, int room) {
        if (tenants.isEmpty() || room <= 0) {
            return CompletableFuture.completedStage(room);
        }
        String tenant = tenants.getFirst();
        Rules rules = retention.get().of(tenant);
        return old(tenant, rules, room)
                .thenCompose(left -> left > 0 ? tooMany(tenant, rules, left) : CompletableFuture.completedStage(left))
                .thenCompose(left -> each(tenants.subList(1, tenants.size()), left));
    }

    private CompletionStage<Integer> old(String tenant, Rules rules, int room) {
        if (rules.age().isZero()) {
            return CompletableFuture.completedStage(room);
        }
        long until = clock.millis() - rules.age().toMillis();
        return archive.find(asleep(tenant, until, "", room)).thenCompose(page -> eraseAll(page.sessions())
                .thenApply(done -> room - page.sessions().size()));
    }

    private CompletionStage<Integer> tooMany(String tenant, Rules rules, int room) {
        long now = desk.millis();
        boolean due =
                rules.countsSessions() && now - countedAt.getOrDefault(tenant, now - COUNT_MILLIS) >= COUNT_MILLIS;
        if (!due) {
            return CompletableFuture.completedStage(room);
        }
        return beyond(tenant, "", new Count(rules, room)).thenCompose(beyond -> {
            int left = room - beyond.size();
            if (left > 0) {
                countedAt.put(tenant, now);
            }
            return eraseAll(beyond).thenApply(done -> left);
        });
    }

    /** Those behind so many others. */
    private CompletionStage<List<Listed>> beyond(String tenant, String cursor, Count count) {
        return archive.find(asleep(tenant, Long.MAX_VALUE, cursor, PAGE)).thenCompose(page -> {
            page.sessions().forEach(count::take);
            return page.next().isEmpty() || count.isFull()
                    ? CompletableFuture.completedStage(count.beyond)
                    : beyond(tenant, page.next(), count);
        });
    }

    /** Counts sessions, those that changed last first. */
    private static final class Count {
        private final Rules rules;
        private final int most;
        private final List<Listed> beyond = new ArrayList<>();
        private int sessions;
        private long bytes;

        Count(Rules rules, int most) {
            this.rules = rules;
            this.most = most;
        }

        void take(Listed session) {
            sessions++;
            bytes += session.bytes();
            boolean tooMany = rules.sessions() > 0 && sessions > rules.sessions();
            boolean tooLarge = rules.bytes() > 0 && bytes > rules.bytes();
            if ((tooMany || tooLarge) && !isFull()) {
                beyond.add(session);
            }
        }

        boolean isFull() {
            return beyond.size() >= most;
        }
    }

    private static Query asleep(String tenant, long until, String cursor, int limit) {
        return new Query(
                tenant, Optional.empty(), Optional.empty(), Map.of(), Optional.of(true), 0, until, cursor, limit);
    }

    private CompletableFuture<?> eraseAll(List<Listed> sessions) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        sessions.forEach(session -> all.add(erase.apply(session)));
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
    }
}
