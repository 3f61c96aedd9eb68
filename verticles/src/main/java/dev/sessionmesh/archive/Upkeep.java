package dev.sessionmesh.archive;

import dev.sessionmesh.archive.Retention.Rules;
import dev.sessionmesh.codec.ArchiveCodec;
import dev.sessionmesh.codec.Packing;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.trace.About;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done to single sessions while they sleep: of those that nobody will follow token by token any more the tokens are folded, and those that ask to
 * be kept no longer are erased. When that is due is on the archive's agenda from the moment that they fall asleep.
 */
final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    /** What became of a session that was due. */
    enum Result {
        /** It is erased. */
        GONE,
        /** It sleeps on; what was due is done. */
        TENDED,
        /** It has to be served: it does not sleep, or somebody waits for it. */
        NEEDED
    }

    private final Archive archive;
    private final Waker waker;
    private final Figures figures;
    private final Desk desk;
    private final InstantSource clock;
    private final Function<String, Rules> rules;

    /** @param rules of a tenant, at the moment */
    Upkeep(Context context, Waker waker, Function<String, Rules> rules) {
        this.archive = context.archive();
        this.waker = waker;
        this.figures = context.figures();
        this.desk = context.desk();
        this.clock = context.clock();
        this.rules = rules;
    }

    /** Puts a session that falls asleep on the agenda, if ever something is to be done to it. */
    CompletionStage<Void> schedule(State state) {
        long due = due(state);
        return due == Long.MAX_VALUE ? CompletableFuture.completedStage(null) : archive.schedule(state.key(), due);
    }

    private long due(State state) {
        return Math.min(compactAt(state), eraseAt(state));
    }

    private long compactAt(State state) {
        return after(state, rules.apply(state.key().tenant()).compact());
    }

    private static long eraseAt(State state) {
        return after(state, Duration.ofDays(state.profile().retentionDays()));
    }

    private static long after(State state, Duration time) {
        return time.isZero() ? Long.MAX_VALUE : state.lastAt() + time.toMillis();
    }

    /** Does to a session what is due. */
    CompletableFuture<Result> tend(SessionKey key) {
        AtomicReference<Result> result = new AtomicReference<>(Result.NEEDED);
        CompletableFuture<Outcome<Boolean>> over = waker.whileAsleep(key, mark -> archive.read(key)
                .thenComposeAsync(
                        stored -> stored.filter(all -> all.mark().equals(mark))
                                .map(this::tend)
                                .orElseGet(() -> CompletableFuture.completedStage(Result.NEEDED)),
                        desk::run)
                .thenApply(done -> {
                    result.set(done);
                    return true;
                }));
        return over.thenApply(done -> result.get());
    }

    private CompletionStage<Result> tend(Stored stored) {
        State state = ArchiveCodec.snapshot(stored.snapshot()).state();
        if (state.current().isPresent() || state.head() != stored.mark().seq()) {
            return CompletableFuture.completedStage(Result.NEEDED);
        }
        long now = clock.millis();
        if (eraseAt(state) <= now) {
            About.of(state.key()).info(LOG).log("session slept as long as it wanted to be kept, and is erased");
            return archive.delete(state.key(), now, state.head()).thenApply(done -> Result.GONE);
        }
        CompletionStage<Boolean> compacted =
                compactAt(state) <= now ? compact(stored, state) : CompletableFuture.completedStage(false);
        return compacted
                .thenCompose(
                        done -> archive.schedule(state.key(), compactAt(state) <= now ? eraseAt(state) : due(state)))
                .thenApply(said -> Result.TENDED);
    }

    private CompletionStage<Boolean> compact(Stored stored, State state) {
        List<LogRecord> fewer = Stretches.again(stored, Packing::fold);
        long saved = Track.size(stored.records()) - Track.size(fewer);
        if (saved <= 0) {
            return CompletableFuture.completedStage(false);
        }
        return archive.pack(state.key(), stored.mark(), fewer).thenCompose(done -> {
            if (!done) {
                return CompletableFuture.completedStage(false);
            }
            figures.compacted.increment();
            figures.compactedBytes.add(saved);
            return archive.index(Index.listed(new Track(state.key()), state, true, Track.size(fewer)))
                    .thenApply(listed -> true);
        });
    }
}
