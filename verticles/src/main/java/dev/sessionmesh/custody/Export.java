package dev.sessionmesh.custody;

import dev.sessionmesh.codec.ArchiveCodec.Snapshot;
import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.RunningHash;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.session.State;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A session on its way out, as of the moment when the export began, a page at a time: no more of it is in memory than that. A page is asked for when the
 * one before has come.
 */
public final class Export {
    private static final int PAGE_BYTES = 262_144;

    private final SessionStore store;
    private final State state;
    private final long exportedAt;
    private final ExportLines lines;
    private final Set<Payload.Blob> blobs = new LinkedHashSet<>();
    private final Queue<Payload.Blob> toCome = new ArrayDeque<>();
    private long sent;
    private long hash;
    private Step step = Step.HEAD;

    private enum Step {
        HEAD,
        LOG,
        BLOBS,
        SNAPSHOT,
        DONE
    }

    Export(SessionStore store, State state, long exportedAt) {
        this.store = store;
        this.state = state;
        this.exportedAt = exportedAt;
        this.lines = new ExportLines(state.key());
    }

    public SessionKey key() {
        return state.key();
    }

    /** The next lines; empty at the end. It fails where the rest can't be had. */
    public CompletionStage<Optional<Buffer>> next() {
        return switch (step) {
            case HEAD -> {
                step = state.head() > 0 ? Step.LOG : Step.SNAPSHOT;
                yield given(lines.head(state, exportedAt));
            }
            case LOG -> log();
            case BLOBS -> blob();
            case SNAPSHOT -> {
                step = Step.DONE;
                Snapshot snapshot = new Snapshot(state, hash, List.copyOf(blobs));
                yield given(lines.snapshot(snapshot).appendBuffer(lines.end()));
            }
            case DONE -> CompletableFuture.completedStage(Optional.empty());
        };
    }

    private CompletionStage<Optional<Buffer>> log() {
        return store.read(state.key(), sent, PAGE_BYTES).thenCompose(outcome -> {
            SessionStore.Slice slice = there(outcome);
            Buffer page = Buffer.buffer();
            for (EventBatch batch : slice.batches()) {
                if (batch.from() <= state.head()) {
                    page.appendBuffer(take(batch.to() <= state.head() ? batch : batch.until(state.head())));
                }
            }
            if (page.length() == 0) {
                throw new IllegalStateException("session " + state.key() + " ends at " + sent + " of " + state.head());
            }
            if (sent >= state.head()) {
                toCome.addAll(blobs);
                step = toCome.isEmpty() ? Step.SNAPSHOT : Step.BLOBS;
            }
            return given(page);
        });
    }

    private Buffer take(EventBatch batch) {
        if (batch.from() != sent + 1) {
            throw new IllegalStateException("session " + state.key() + " goes on at " + batch.from());
        }
        sent = batch.to();
        hash = RunningHash.extend(hash, BatchCodec.encode(batch));
        List<Payload.Blob> found = new ArrayList<>();
        Payloads.collect(batch, found);
        blobs.addAll(found);
        return lines.batch(batch);
    }

    private CompletionStage<Optional<Buffer>> blob() {
        Payload.Blob blob = toCome.remove();
        return store.blob(state.key(), blob.hash()).thenCompose(outcome -> {
            step = toCome.isEmpty() ? Step.SNAPSHOT : Step.BLOBS;
            return given(lines.blob(blob.hash(), there(outcome)));
        });
    }

    private static <T> T there(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Refused<T> refused -> throw new IllegalStateException(refused.toString());
        };
    }

    private static CompletionStage<Optional<Buffer>> given(Buffer buffer) {
        return CompletableFuture.completedStage(Optional.of(buffer));
    }
}
