package dev.sessionmesh.client;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** The front-end calls of a session that nobody executes yet. Used on one context. */
final class Offers {

    private final Map<String, OfferedCall> offered = new LinkedHashMap<>();
    /** Those that wait for a decision, or that a tab has: they may be offered later. */
    private final Map<String, OfferedCall> others = new HashMap<>();

    List<OfferedCall> list() {
        return List.copyOf(offered.values());
    }

    void see(Frame.Snapshot snapshot) {
        offered.clear();
        others.clear();
        JsonArray rows = snapshot.toolCalls();
        IntStream.range(0, rows.size()).mapToObj(rows::getJsonObject).forEach(this::row);
    }

    private void row(JsonObject row) {
        if (!"client".equals(row.getString("executor"))) {
            return;
        }
        OfferedCall call = new OfferedCall(
                row.getString("turn", ""),
                row.getString("callId", ""),
                row.getString("name", ""),
                Optional.ofNullable(row.getValue("arguments")),
                EventReader.target(row));
        String status = row.getString("status", "");
        if (status.equals("ready") && !row.containsKey("claimant")) {
            offered.put(call.callId(), call);
        } else if (status.equals("ready") || status.equals("awaiting_approval")) {
            others.put(call.callId(), call);
        }
    }

    void see(Frame.Logged event) {
        switch (event) {
            case Frame.ToolCall call
            when call.executor().equals("client") -> {
                OfferedCall seen = new OfferedCall(
                        call.turn(), call.callId(), call.name(), Optional.of(call.arguments()), call.target());
                (call.approval().equals("required") ? others : offered).put(call.callId(), seen);
            }
            case Frame.ApprovalEdited edited ->
                others.computeIfPresent(
                        edited.callId(),
                        (id, call) -> new OfferedCall(
                                call.turn(), id, call.name(), Optional.of(edited.arguments()), call.target()));
            case Frame.ApprovalResolved resolved
            when resolved.decision().equals("approved") -> move(resolved.callId(), others, offered);
            case Frame.ApprovalResolved resolved -> others.remove(resolved.callId());
            case Frame.ToolClaimed claimed -> move(claimed.callId(), offered, others);
            case Frame.ToolReleased released -> move(released.callId(), others, offered);
            case Frame.ToolResult ended -> {
                offered.remove(ended.callId());
                others.remove(ended.callId());
            }
            default -> {}
        }
    }

    private static void move(String callId, Map<String, OfferedCall> from, Map<String, OfferedCall> to) {
        OfferedCall call = from.remove(callId);
        if (call != null) {
            to.put(callId, call);
        }
    }
}
