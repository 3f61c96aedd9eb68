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
    /** Whether the archive has where webhooks stand as of a moment since this node archives it. */
    boolean compared;
    /** How many records the archive has of it, and what they take; negative when nobody knows. */
    long records = UNKNOWN;

    long bytes = UNKNOWN;

    private static final long UNKNOWN = -1;

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
        compared = false;
        unmeasured();
    }

    void unmeasured() {
        records = UNKNOWN;
        bytes = UNKNOWN;
    }

    /** The archive has these records of it, and no others. */
    void measured(List<LogRecord> all) {
        records = 0;
        bytes = 0;
        added(all);
    }

    /** The archive has these too. */
    void added(List<LogRecord> more) {
        if (bytes != UNKNOWN) {
            records += more.size();
            bytes += size(more);
        }
    }

    static long size(List<LogRecord> records) {
        return records.stream().mapToLong(record -> record.bytes().length).sum();
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
