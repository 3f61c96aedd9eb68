package dev.sessionmesh.archive;

import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.State;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What this node knows of one session's archive. Belongs to the archive's thread. */
final class Track {
    /** Somebody who waits until a seq is archived. */
    record Waiting(long seq, CompletableFuture<Outcome<Boolean>> done) {}

    final SessionKey key;
    /** Where the archive ends; empty when it has to be asked. */
    Optional<Mark> mark = Optional.empty();
    /** Under which number this cluster holds the session. */
    long hold = 1;
    /** The very state that the archived snapshot is of. */
    @Nullable
    State archived;

    boolean busy;
    long touchedAt;
    long dirtySince;
    long notBefore;
    int failures;
    /** Payloads that are archived already. */
    final Set<String> blobs = new HashSet<>();

    final Set<String> users = new HashSet<>();
    final List<Waiting> waiting = new ArrayList<>();
    Optional<Listed> listed = Optional.empty();
    long listedAt;
    long scheduled = Long.MAX_VALUE;
    /** Whether the archive knows that webhooks may have to be told of something. */
    boolean untold;
    /** Records written since it was packed, or since nobody knows. */
    int records;

    Track(SessionKey key) {
        this.key = key;
    }

    /** Nothing that was known of the archive can be trusted. */
    void forget() {
        mark = Optional.empty();
        archived = null;
        blobs.clear();
        listed = Optional.empty();
        scheduled = Long.MAX_VALUE;
        untold = false;
    }

    void reached(long seq) {
        waiting.removeIf(waiter -> {
            boolean there = waiter.seq() <= seq;
            if (there) {
                waiter.done().complete(Outcome.done(true));
            }
            return there;
        });
    }

    void refuse(Outcome.Refused<Boolean> refusal) {
        waiting.forEach(waiter -> waiter.done().complete(refusal));
        waiting.clear();
    }
}
