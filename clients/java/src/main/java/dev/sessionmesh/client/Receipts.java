package dev.sessionmesh.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Matches the acks of steers with the events that say what became of them, whichever comes first. Used on one context. */
final class Receipts {

    /** Instructions seen lately that nobody asked about; an ack is never that far behind its events. */
    private static final int REMEMBERED = 32;

    static final Set<String> ENDED = Set.of("completed", "failed", "cancelled", "expired");

    private static final class Fate {
        final String steerId;
        final String turn;

        Frame.@Nullable SteerResolved resolved;

        Fate(String steerId, String turn) {
            this.steerId = steerId;
            this.turn = turn;
        }
    }

    private record Open(Ack ack, Promise<SteerReceipt> receipt) {}

    private final Map<Long, Fate> fates = new LinkedHashMap<>();
    private final List<Open> open = new ArrayList<>();

    Future<SteerReceipt> of(Ack ack) {
        Fate known = fates.get(ack.seq());
        if (ack.seq() == 0) {
            // A duplicate whose events the session has forgotten.
            return Future.succeededFuture(unknown(ack));
        }
        if (known != null && known.resolved != null) {
            return Future.succeededFuture(receipt(ack, known.resolved));
        }
        Promise<SteerReceipt> receipt = Promise.promise();
        open.add(new Open(ack, receipt));
        return receipt.future();
    }

    void see(Frame.Logged event) {
        if (event instanceof Frame.Steer steer) {
            fates.put(steer.seq(), new Fate(steer.steerId(), steer.turn()));
            if (fates.size() > REMEMBERED + open.size()) {
                fates.remove(fates.keySet().iterator().next());
            }
        } else if (event instanceof Frame.SteerResolved resolved) {
            fates.values().stream()
                    .filter(fate -> fate.steerId.equals(resolved.steerId()))
                    .forEach(fate -> fate.resolved = resolved);
            settle(waiting ->
                    fateOf(waiting).filter(fate -> fate.resolved != null).isPresent());
        } else if (event instanceof Frame.AgentStatus status && ENDED.contains(status.status())) {
            // It was resolved before, unless a snapshot swallowed that.
            settle(waiting -> fateOf(waiting)
                    .filter(fate -> fate.turn.equals(status.turn()))
                    .isPresent());
        }
    }

    /** A snapshot takes the place of the events up to its seq, and says nothing about steers. */
    void see(Frame.Snapshot snapshot) {
        JsonArray turns = snapshot.turns();
        List<String> running = IntStream.range(0, turns.size())
                .mapToObj(turns::getJsonObject)
                .filter(turn -> !ENDED.contains(turn.getString("status", "")))
                .map((JsonObject turn) -> turn.getString("id", ""))
                .toList();
        settle(waiting -> waiting.ack().seq() <= snapshot.seq()
                && fateOf(waiting).filter(fate -> running.contains(fate.turn)).isEmpty());
    }

    void end(SessionmeshException why) {
        open.forEach(waiting -> waiting.receipt().tryFail(why));
        open.clear();
    }

    private void settle(Predicate<Open> which) {
        for (Open waiting : List.copyOf(open)) {
            if (which.test(waiting)) {
                open.remove(waiting);
                Frame.SteerResolved resolved =
                        fateOf(waiting).map(fate -> fate.resolved).orElse(null);
                waiting.receipt()
                        .tryComplete(resolved == null ? unknown(waiting.ack()) : receipt(waiting.ack(), resolved));
            }
        }
    }

    private Optional<Fate> fateOf(Open waiting) {
        return Optional.ofNullable(fates.get(waiting.ack().seq()));
    }

    private static SteerReceipt receipt(Ack ack, Frame.SteerResolved resolved) {
        return new SteerReceipt(ack, Optional.of(resolved.consumed()), resolved.step());
    }

    private static SteerReceipt unknown(Ack ack) {
        return new SteerReceipt(ack, Optional.empty(), OptionalInt.empty());
    }
}
