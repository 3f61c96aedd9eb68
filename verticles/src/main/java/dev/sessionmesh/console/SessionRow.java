package dev.sessionmesh.console;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A session as an operator sees it: where it stands, and nothing of what was said.
 *
 * @param key {@code tenant/id}
 * @param state of the turn that runs or is next, or {@code idle}
 * @param turn that one
 * @param approvals calls that wait for somebody's decision
 * @param queued turns that wait behind it
 * @param followers incarnations of the nodes whose tabs follow it
 */
public record SessionRow(
        String key,
        String state,
        Optional<Run> turn,
        long head,
        int approvals,
        int queued,
        String model,
        long createdAt,
        long lastAt,
        List<String> followers) {
    public static final String IDLE = "idle";

    /** @param runner name of the node that runs it; empty for none */
    public record Run(String id, int epoch, String runner) {}

    public SessionRow {
        followers = List.copyOf(followers);
    }

    JsonObject toJson() {
        int slash = key.indexOf('/');
        JsonObject json = new JsonObject()
                .put("tenant", key.substring(0, slash))
                .put("id", key.substring(slash + 1))
                .put("state", state)
                .put("head", head)
                .put("approvals", approvals)
                .put("queued", queued)
                .put("model", model)
                .put("createdAt", Instant.ofEpochMilli(createdAt).toString())
                .put("lastAt", Instant.ofEpochMilli(lastAt).toString())
                .put("followers", new JsonArray(followers));
        turn.ifPresent(run -> {
            json.put("turn", run.id()).put("runEpoch", run.epoch());
            if (!run.runner().isEmpty()) {
                json.put("runner", run.runner());
            }
        });
        return json;
    }
}
