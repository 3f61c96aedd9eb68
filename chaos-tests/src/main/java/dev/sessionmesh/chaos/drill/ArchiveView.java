package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabException;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.Waiting;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What the nodes of a cluster tell an operator of their archive. */
record ArchiveView(Lab lab) {
    private static final Duration CATCHES_UP_WITHIN = Duration.ofSeconds(60);
    /** Under load something is always on its way there. */
    private static final long FRESH_MS = 1_000;
    /** What a node has not looked at yet is not missed by it: it has to say so more than once. */
    private static final Duration SAYS_SO_FOR = Duration.ofMillis(1_500);

    private static JsonObject of(Node node) {
        try {
            return new Operator(node).archive();
        } catch (LabException silent) {
            return new JsonObject().put("error", silent.getMessage());
        }
    }

    /** For how long the oldest event of any node has been missing in it. */
    long lagMs() {
        return lab.running().stream()
                .mapToLong(node -> of(node).getLong("lagMs", 0L))
                .max()
                .orElse(0);
    }

    /** Waits until the archive has all of every node but what happened just now. */
    void awaitCaughtUp() {
        awaitAll("the archive to have caught up", archive -> archive.getLong("lagMs", Long.MAX_VALUE) <= FRESH_MS);
    }

    /** Waits until nothing is missing in it; sessions must be at rest. */
    void awaitComplete() {
        long[] since = {System.nanoTime()};
        Waiting.until(
                "the archive to have everything",
                CATCHES_UP_WITHIN,
                () -> {
                    boolean complete = all(archive -> archive.getLong("lagEvents", -1L) == 0);
                    since[0] = complete ? since[0] : System.nanoTime();
                    return System.nanoTime() - since[0] > SAYS_SO_FOR.toNanos();
                },
                this::describe);
    }

    private void awaitAll(String what, Predicate<JsonObject> holds) {
        Waiting.until(what, CATCHES_UP_WITHIN, () -> all(holds), this::describe);
    }

    private boolean all(Predicate<JsonObject> holds) {
        return lab.running().stream()
                .map(ArchiveView::of)
                .allMatch(archive -> archive.getBoolean("reachable", false) && holds.test(archive));
    }

    private String describe() {
        return lab.running().stream()
                .map(node -> node.name() + ": " + of(node).encode())
                .collect(Collectors.joining("; "));
    }
}
