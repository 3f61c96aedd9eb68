package dev.sessionmesh.archive;

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
    private final Retention retention;
    private final IntPredicate mine;
    private final Function<Listed, CompletableFuture<Outcome<Boolean>>> erase;
    private final Map<String, Long> countedAt = new ConcurrentHashMap<>();
    private boolean underWay;

    /**
     * @param mine whether this node looks after the tenants of a list
     * @param erase has a session erased that still is as it is listed
     */
    RetentionWatch(
            Archive archive,
            Desk desk,
            InstantSource clock,
            Retention retention,
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
        if (underWay || retention.isForEver()) {
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
        return old(tenant, room)
                .thenCompose(left -> left > 0 ? tooMany(tenant, left) : CompletableFuture.completedStage(left))
                .thenCompose(left -> each(tenants.subList(1, tenants.size()), left));
    }

    private CompletionStage<Integer> old(String tenant, int room) {
        if (retention.age().isZero()) {
            return CompletableFuture.completedStage(room);
        }
        long until = clock.millis() - retention.age().toMillis();
        return archive.find(asleep(tenant, until, "", room)).thenCompose(page -> eraseAll(page.sessions())
                .thenApply(done -> room - page.sessions().size()));
    }

    private CompletionStage<Integer> tooMany(String tenant, int room) {
        long now = desk.millis();
        boolean due =
                retention.sessions() > 0 && now - countedAt.getOrDefault(tenant, now - COUNT_MILLIS) >= COUNT_MILLIS;
        if (!due) {
            return CompletableFuture.completedStage(room);
        }
        return behind(tenant, "", retention.sessions(), room).thenCompose(beyond -> {
            int left = room - beyond.size();
            if (left > 0) {
                countedAt.put(tenant, now);
            }
            return eraseAll(beyond).thenApply(done -> left);
        });
    }

    /** Those behind so many others. */
    private CompletionStage<List<Listed>> behind(String tenant, String cursor, int skip, int most) {
        int limit = skip > 0 ? Math.min(PAGE, skip) : most;
        return archive.find(asleep(tenant, Long.MAX_VALUE, cursor, limit)).thenCompose(page -> {
            if (skip == 0) {
                return CompletableFuture.completedStage(page.sessions());
            }
            return page.next().isEmpty()
                    ? CompletableFuture.completedStage(List.of())
                    : behind(tenant, page.next(), skip - page.sessions().size(), most);
        });
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
