package dev.sessionmesh.server.cli.attach;

import dev.sessionmesh.client.Frame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** What is open in the session: turns that have not ended, and tool calls that wait for a decision. */
final class Open {
    private static final Set<String> ENDED = Set.of("completed", "failed", "cancelled", "expired");

    private final Set<String> turns = new LinkedHashSet<>();
    private final Set<String> approvals = new LinkedHashSet<>();
    private long seq;

    /** The last place in the log that was seen. */
    long seq() {
        return seq;
    }

    boolean isQuiet() {
        return turns.isEmpty();
    }

    Optional<String> oldestApproval() {
        return approvals.stream().findFirst();
    }

    boolean isApproval(String callId) {
        return approvals.contains(callId);
    }

    void see(Frame.Attached attached) {
        attached.snapshot().ifPresent(snapshot -> {
            seq = snapshot.seq();
            turns.clear();
            approvals.clear();
            each(snapshot.turns(), turn -> turn(turn.getString("id"), turn.getString("status")));
            each(snapshot.approvals(), approval -> approvals.add(approval.getString("callId")));
        });
    }

    void see(Frame.Logged event) {
        seq = event.seq();
        switch (event) {
            case Frame.Input input -> turns.add(input.turn());
            case Frame.TurnReceived received -> turns.add(received.turn());
            case Frame.AgentStatus status -> turn(status.turn(), status.status());
            case Frame.Approval approval -> approvals.add(approval.callId());
            case Frame.ApprovalResolved resolved -> approvals.remove(resolved.callId());
            case Frame.Token ignored -> {}
            case Frame.ToolCall ignored -> {}
            case Frame.ToolStarted ignored -> {}
            case Frame.ToolResult ignored -> {}
            case Frame.Steer ignored -> {}
            case Frame.SteerResolved ignored -> {}
            case Frame.History ignored -> {}
            case Frame.Unknown ignored -> {}
        }
    }

    private void turn(String id, String status) {
        if (ENDED.contains(status)) {
            turns.remove(id);
        } else {
            turns.add(id);
        }
    }

    private static void each(JsonArray array, Consumer<JsonObject> action) {
        IntStream.range(0, array.size()).mapToObj(array::getJsonObject).forEach(action);
    }
}
