package dev.sessionmesh.archive;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after sessions that are due and may be in no memory: turns that a cluster left behind when it died, and deadlines. Each list is looked through by
 * one node.
 */
final class DueWatch {
    private static final Logger LOG = LoggerFactory.getLogger(DueWatch.class);
    private static final int AT_ONCE = 64;

    private final Archive archive;
    private final Desk desk;
    private final InstantSource clock;
    private final IntPredicate mine;
    private final Function<SessionKey, CompletableFuture<Outcome<Boolean>>> look;
    /** The first time it looks for what would be due in a moment too: whoever ran it may be gone. */
    private boolean first = true;

    private boolean underWay;

    /**
     * @param mine whether this node looks through a list
     * @param look has a session served by whichever node, and said when to look again
     */
    DueWatch(
            Archive archive,
            Desk desk,
            InstantSource clock,
            IntPredicate mine,
            Function<SessionKey, CompletableFuture<Outcome<Boolean>>> look) {
        this.archive = archive;
        this.desk = desk;
        this.clock = clock;
        this.mine = mine;
        this.look = look;
    }

    void work() {
        if (underWay) {
            return;
        }
        long until = clock.millis() + (first ? Index.WAITING_MILLIS : 0);
        CompletableFuture<?>[] looks = IntStream.range(0, Archive.BUCKETS)
                .filter(mine)
                .mapToObj(bucket -> look(bucket, until))
                .toArray(CompletableFuture[]::new);
        underWay = true;
        desk.bring(CompletableFuture.allOf(looks).thenApply(done -> true), (done, failure) -> {
            underWay = false;
            first &= failure.isPresent() || looks.length == 0;
            failure.ifPresent(passing -> LOG.debug("what is due will be looked for again: {}", passing.toString()));
        });
    }

    private CompletableFuture<?> look(int bucket, long until) {
        return archive.due(bucket, until, AT_ONCE)
                .thenCompose(due -> CompletableFuture.allOf(
                        due.stream().map(this::lookAfter).toArray(CompletableFuture[]::new)))
                .toCompletableFuture();
    }

    private CompletableFuture<?> lookAfter(SessionKey key) {
        return look.apply(key).thenCompose(outcome -> {
            boolean none = outcome instanceof Outcome.Refused<Boolean> refused
                    && List.of(ErrorCode.SESSION_NOT_FOUND, ErrorCode.SESSION_DELETED)
                            .contains(refused.code());
            return none
                    ? archive.schedule(key, Long.MAX_VALUE).toCompletableFuture()
                    : CompletableFuture.completedFuture(null);
        });
    }
}
