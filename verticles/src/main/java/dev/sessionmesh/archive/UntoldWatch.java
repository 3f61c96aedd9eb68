package dev.sessionmesh.archive;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes sessions in which webhooks may still have to be told of something, and that are in no memory any more. All lists are looked through again and again at
 * the start, and one at a time later: as long as nobody dies, whatever is listed is in memory, and costs a look there. Each node looks for those that it answers for.
 */
final class UntoldWatch {
    private static final Logger LOG = LoggerFactory.getLogger(UntoldWatch.class);
    /** What is woken at a time. */
    private static final int PAGE = 64;

    private static final long EAGER_MILLIS = 30_000;

    private final WebhookArchive archive;
    private final String cluster;
    private final Memory memory;
    private final CursorCarrier carrier;
    private final Desk desk;
    private final IntPredicate mine;
    private final Function<SessionKey, CompletableFuture<Outcome<Boolean>>> wake;
    /** 0 until there is a majority. */
    private long eagerUntil;

    private boolean underWay;
    private int bucket;
    private Optional<SessionKey> after = Optional.empty();

    /** @param mine whether this node would look through a list of what is due: of none while it has no majority */
    UntoldWatch(
            Context context,
            CursorCarrier carrier,
            IntPredicate mine,
            Function<SessionKey, CompletableFuture<Outcome<Boolean>>> wake) {
        this.archive = context.archive().webhooks();
        this.cluster = context.settings().cluster();
        this.memory = context.memory();
        this.carrier = carrier;
        this.desk = context.desk();
        this.mine = mine;
        this.wake = wake;
    }

    /** Looks through one list, or all of them at first. */
    void work() {
        if (!underWay) {
            underWay = true;
            look();
        }
    }

    private void look() {
        desk.bring(archive.untold(cluster, bucket, after, PAGE), (page, failure) -> {
            failure.ifPresent(this::stuck);
            page.ifPresent(listed -> {
                CompletableFuture<?>[] woken = listed.stream()
                        .filter(key -> memory.owns(key) && memory.held(key).isEmpty())
                        .map(this::wake)
                        .toArray(CompletableFuture[]::new);
                desk.bring(CompletableFuture.allOf(woken).thenApply(all -> true), (all, broken) -> {
                    broken.ifPresent(this::stuck);
                    all.ifPresent(done -> goOn(listed));
                });
            });
        });
    }

    private void goOn(List<SessionKey> listed) {
        if (listed.size() == PAGE) {
            after = Optional.of(listed.getLast());
            look();
            return;
        }
        after = Optional.empty();
        bucket = (bucket + 1) % Archive.BUCKETS;
        underWay = bucket != 0 && isBeginning();
        if (underWay) {
            look();
        }
    }

    /** As long as sessions still move to and fro between the nodes of a cluster that begins, one may not be whose it was when its list was looked through. */
    private boolean isBeginning() {
        if (eagerUntil == 0 && IntStream.range(0, Archive.BUCKETS).anyMatch(mine)) {
            eagerUntil = desk.millis() + EAGER_MILLIS;
        }
        return eagerUntil == 0 || desk.millis() < eagerUntil;
    }

    private void stuck(Throwable passing) {
        underWay = false;
        LOG.debug("what is untold will be looked for again: {}", passing.toString());
    }

    private CompletableFuture<?> wake(SessionKey key) {
        return wake.apply(key).thenCompose(outcome -> {
            boolean none = outcome instanceof Outcome.Refused<Boolean> refused
                    && List.of(ErrorCode.SESSION_NOT_FOUND, ErrorCode.SESSION_DELETED)
                            .contains(refused.code());
            return none ? carrier.unlist(key).toCompletableFuture() : CompletableFuture.completedFuture(null);
        });
    }
}
