package dev.sessionmesh.server.cli.attach;

import dev.sessionmesh.client.Frame;
import dev.sessionmesh.client.PendingApproval;
import dev.sessionmesh.client.PendingApprovals;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** What is open in the session: turns that have not ended, tool calls that wait for a decision, and grants. */
final class Open {
    private static final Set<String> ENDED = Set.of("completed", "failed", "cancelled", "expired");

    /** @param tool what needs no approval any more */
    record Grant(String id, String tool, Optional<String> by) {}

    private final Set<String> turns = new LinkedHashSet<>();
    private final List<String> queue = new ArrayList<>();
    private final Map<String, String> words = new HashMap<>();
    private final PendingApprovals approvals = new PendingApprovals();
    private final Map<String, Grant> grants = new LinkedHashMap<>();
    private long seq;

    /** The last place in the log that was seen. */
    long seq() {
        return seq;
    }

    boolean isQuiet() {
        return turns.isEmpty();
    }

    List<PendingApproval> approvals() {
        return approvals.list();
    }

    Optional<String> oldestApproval() {
        return approvals.list().stream().map(PendingApproval::callId).findFirst();
    }

    /** What a decision about this call is about; empty when it isn't known to wait. */
    Optional<String> hashOf(String callId) {
        return approvals
                .find(callId)
                .map(approval -> approval.terms().argumentsHash())
                .filter(hash -> !hash.isEmpty());
    }

    List<Grant> grants() {
        return List.copyOf(grants.values());
    }

    /** The turns that wait, in the order in which they will run, with what was asked. */
    Map<String, String> queue() {
        Map<String, String> waiting = new LinkedHashMap<>();
        queue.forEach(turn -> waiting.put(turn, words.getOrDefault(turn, "")));
        return waiting;
    }

    void see(Frame.Attached attached) {
        approvals.see(attached);
        attached.snapshot().ifPresent(snapshot -> {
            seq = snapshot.seq();
            turns.clear();
            queue.clear();
            words.clear();
            grants.clear();
            each(snapshot.turns(), turn -> turn(turn.getString("id"), turn.getString("status")));
            each(
                    snapshot.grants(),
                    grant -> grant(new Grant(
                            grant.getString("grant", ""),
                            grant.getString("tool", ""),
                            Optional.ofNullable(grant.getString("by")))));
        });
    }

    /** A part of a snapshot: what waits was said there. */
    void see(Frame.Message message) {
        message.turn()
                .filter(turn -> message.role().equals("user") && queue.contains(turn))
                .ifPresent(turn -> words.merge(turn, message.text(), String::concat));
    }

    void see(Frame.Logged event) {
        seq = event.seq();
        approvals.see(event);
        switch (event) {
            case Frame.Input input -> {
                turns.add(input.turn());
                words.merge(input.turn(), input.text(), (before, more) -> before + " / " + more);
            }
            case Frame.TurnReceived received -> turn(received.turn(), "received");
            case Frame.AgentStatus status -> turn(status.turn(), status.status());
            case Frame.QueueReordered reordered -> {
                queue.clear();
                queue.addAll(reordered.turns());
            }
            case Frame.ToolGranted granted -> grant(new Grant(granted.grant(), granted.tool(), granted.by()));
            case Frame.GrantRevoked revoked -> grants.remove(revoked.grant());
            // The rest opens and closes nothing that is kept here.
            default -> {}
        }
    }

    private void grant(Grant grant) {
        grants.put(grant.id(), grant);
    }

    private void turn(String id, String status) {
        if (ENDED.contains(status)) {
            turns.remove(id);
        } else {
            turns.add(id);
        }
        if (!status.equals("received")) {
            queue.remove(id);
            words.remove(id);
        } else if (!queue.contains(id)) {
            queue.add(id);
        }
    }

    private static void each(JsonArray array, Consumer<JsonObject> action) {
        IntStream.range(0, array.size()).mapToObj(array::getJsonObject).forEach(action);
    }
}
