package dev.sessionmesh.webhook;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.Lineage;
import dev.sessionmesh.core.port.SessionStore.Slice;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One session's way to one webhook. A run makes one request at most: plan it in the cursor, send it, move the cursor behind it. Whatever is
 * interrupted in between is done again by whoever runs next, with the same id. Lives on the deliverer's loop; one run at a time.
 */
final class Lane {
    /** So much of the log without anything for the receiver is worth a write, so that nobody looks through it again. */
    private static final long SKIPPED = 256;

    /** What a run came to. */
    sealed interface Result {
        /** All is delivered that there is. */
        record CaughtUp() implements Result {}

        /** A request was taken; there may be more. */
        record Delivered(int events) implements Result {}

        /** The receiver failed. */
        record Fault(Answer answer) implements Result {}

        /** Another node had moved the cursor; look again. */
        record Again() implements Result {}

        /** The store can't be reached for the moment. */
        record Away() implements Result {}

        /** Another node looks after the session. */
        record NotOwned() implements Result {}

        /** The session is no more. */
        record Ended(boolean deleted) implements Result {}
    }

    private final Deliverer.Kit kit;
    private final SessionKey key;
    private @Nullable Cursor cursor;
    private boolean stored;
    private long scanned = Cursor.NOTHING;

    /** Something happened since the last run began. */
    boolean news;
    /** Somebody else moved the cursor. */
    boolean moved;
    /** How often in a row the receiver did not take what was next here. */
    int faults;
    /** Since when it has refused what is next here; 0 while it does not. */
    long refusedSince;
    /** Since when it has waited for its receiver, or its receiver took something last; 0 while nothing is known to be left. */
    long behindSince;
    /** Not to be run before. */
    long notBefore;

    boolean queued;
    boolean running;

    Lane(Deliverer.Kit kit, SessionKey key) {
        this.kit = kit;
        this.key = key;
    }

    SessionKey key() {
        return key;
    }

    Future<Result> run(Endpoint endpoint) {
        if (!kit.heads().isOwned(key)) {
            return done(new Result.NotOwned());
        }
        if (moved) {
            moved = false;
            forget();
        }
        return known(endpoint)
                .compose(from -> kit.heads()
                        .tombstone(key)
                        .map(tombstone -> end(endpoint, from, tombstone))
                        .orElseGet(() -> goOn(endpoint, from)))
                .recover(failure -> {
                    forget();
                    return done(new Result.Away());
                });
    }

    private Future<Result> goOn(Endpoint endpoint, Cursor from) {
        Optional<OwnedHeads.Head> head = kit.heads().head(key);
        Cursor at = head.map(known -> from.within(known.lineage())).orElse(from);
        scanned = at.equals(from) ? scanned : Cursor.NOTHING;
        return read(new Cutter(key, endpoint, at, scanned, kit.limits()), endpoint, at);
    }

    /** The log is gone, and with it what was not delivered. */
    private Future<Result> end(Endpoint endpoint, Cursor from, OwnedHeads.Tombstone tombstone) {
        if (from.isEnded() || !endpoint.mourns(key, tombstone.at())) {
            return done(new Result.Ended(true));
        }
        Message message = Message.ofDeletion(key, endpoint, from.ending(), tombstone);
        if (from.isEnding()) {
            return send(message, endpoint, from, 1);
        }
        return move(endpoint, from.ending())
                .compose(mine -> mine ? send(message, endpoint, from.ending(), 1) : done(new Result.Again()));
    }

    private Future<Cursor> known(Endpoint endpoint) {
        @Nullable Cursor here = cursor;
        if (here != null && here.incarnation() == endpoint.incarnation()) {
            return Future.succeededFuture(here);
        }
        return kit.loop().bring(kit.cursors().load(key, endpoint.id())).map(found -> {
            cursor = found.orElseGet(() -> Cursor.start(endpoint));
            stored = found.isPresent();
            scanned = Cursor.NOTHING;
            return cursor.incarnation() == endpoint.incarnation() ? cursor : Cursor.start(endpoint);
        });
    }

    private void forget() {
        cursor = null;
        scanned = Cursor.NOTHING;
    }

    private Future<Result> read(Cutter cutter, Endpoint endpoint, Cursor at) {
        return kit.loop()
                .bring(kit.log().read(key, cutter.scanned(), kit.limits().scanBytes()))
                .compose(outcome -> switch (outcome) {
                    case Outcome.Refused<Slice> refused -> done(refusal(refused.code()));
                    case Outcome.Done<Slice>(Slice slice) -> {
                        if (cutter.beginsWithCreation()) {
                            Optional<OwnedHeads.Head> head = kit.heads().head(key);
                            if (head.isEmpty()) {
                                yield done(new Result.Away());
                            }
                            cutter.begin(head.get());
                        }
                        cutter.take(slice);
                        yield cutter.isDone() ? cut(cutter, endpoint, at) : read(cutter, endpoint, at);
                    }
                });
    }

    private static Result refusal(ErrorCode code) {
        return switch (code) {
            case SESSION_DELETED -> new Result.Ended(true);
            case SESSION_NOT_FOUND -> new Result.Ended(false);
            default -> new Result.Away();
        };
    }

    private Future<Result> cut(Cutter cutter, Endpoint endpoint, Cursor at) {
        Lineage lineage =
                kit.heads().head(key).map(OwnedHeads.Head::lineage).orElseGet(() -> Lineage.begin(at.history()));
        if (cutter.items().isEmpty()) {
            return nothing(cutter, endpoint, at, lineage);
        }
        if (at.isPlanned()) {
            return send(endpoint, at, lineage, cutter.items());
        }
        long through = cutter.items().getLast().seq();
        Cursor plan = at.plan(lineage.at(through), through);
        return isThere(cutter)
                .compose(there -> there ? move(endpoint, plan) : Future.failedFuture("not on every copy yet"))
                .compose(mine -> mine ? send(endpoint, plan, lineage, cutter.items()) : done(new Result.Again()));
    }

    /** The log is read as far as it is durable, which says nothing of a session's creation. */
    private Future<Boolean> isThere(Cutter cutter) {
        return cutter.items().getFirst().seq() > 0
                ? Future.succeededFuture(true)
                : kit.loop().bring(kit.log().confirm(key)).map(outcome -> outcome instanceof Outcome.Done<Long>);
    }

    private Future<Result> send(Endpoint endpoint, Cursor plan, Lineage lineage, List<Cutter.Item> items) {
        String trace = kit.heads().head(key).map(OwnedHeads.Head::trace).orElse("");
        return send(Message.of(key, endpoint, plan, lineage, items).traced(trace), endpoint, plan, items.size());
    }

    private Future<Result> nothing(Cutter cutter, Endpoint endpoint, Cursor at, Lineage lineage) {
        if (at.isPlanned()) {
            // What was planned is not wanted any more.
            return move(endpoint, at.taken()).map(moved -> new Result.Again());
        }
        scanned = cutter.scanned();
        return scanned - at.delivered() < SKIPPED
                ? done(new Result.CaughtUp())
                : move(endpoint, at.skipped(lineage.at(scanned), scanned))
                        .map(mine -> mine ? new Result.CaughtUp() : new Result.Again());
    }

    private Future<Result> send(Message message, Endpoint endpoint, Cursor plan, int events) {
        return kit.loop()
                .bring(kit.poster().post(endpoint.url(), message))
                .compose(answer -> answer instanceof Answer.Taken
                        ? move(endpoint, plan.taken()).map(moved -> new Result.Delivered(events))
                        : done(new Result.Fault(answer)));
    }

    /** Whether it was moved; otherwise it is where somebody else moved it. */
    private Future<Boolean> move(Endpoint endpoint, Cursor next) {
        Optional<Cursor> expected = stored ? Optional.ofNullable(cursor) : Optional.empty();
        return kit.loop()
                .bring(kit.cursors().move(key, endpoint.id(), expected, next))
                .map(now -> {
                    boolean mine = now.equals(next);
                    scanned = mine ? Math.max(scanned, now.delivered()) : Cursor.NOTHING;
                    cursor = now;
                    stored = true;
                    return mine;
                });
    }

    private static Future<Result> done(Result result) {
        return Future.succeededFuture(result);
    }
}
