package dev.sessionmesh.client;

import dev.sessionmesh.client.Command.InputPolicy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Commands as they go over the wire. */
final class CommandWire {

    private CommandWire() {}

    static JsonObject of(Command command) {
        return switch (command) {
            case Command.Input(String text, var policy) -> with(frame("input").put("text", text), policy);
            case Command.Edit(String turn, String text, var policy) ->
                with(frame("edit").put("turn", turn).put("text", text), policy);
            case Command.Regenerate(String turn, var policy) ->
                with(frame("regenerate").put("turn", turn), policy);
            case Command.SelectBranch(String turn) -> frame("select_branch").put("turn", turn);
            case Command.Reorder(String turn, var before) ->
                with(frame("reorder").put("turn", turn), "before", before);
            case Command.Withdraw(String turn) -> frame("withdraw").put("turn", turn);
            case Command.Cancel(var turn) -> with(frame("cancel"), "turn", turn);
            case Command.Steer(String instruction, var turn) ->
                with(frame("steer").put("instruction", instruction), "turn", turn);
            case Command.Approve approve -> approve(approve);
            case Command.Reject(var calls, String reason, var hash) ->
                with(about("reject", calls).put("reason", reason), "argumentsHash", hash);
            case Command.Delegate(String call, String to) ->
                call("delegate", call).put("to", to);
            case Command.RevokeGrant(String grant) -> frame("revoke_grant").put("grant", grant);
            case Command.Settle settle -> settle(settle);
            case Command.ClaimTool(String call, String claimant, var device) ->
                with(call("tool_claim", call).put("claimant", claimant), "device", device);
            case Command.BeatTool(String call, String claimant) ->
                call("tool_heartbeat", call).put("claimant", claimant);
            case Command.ReleaseTool(String call, String claimant) ->
                call("tool_release", call).put("claimant", claimant);
            case Command.ToolResult(String call, Object result, var claimant) ->
                with(call("tool_result", call).put("result", result), "claimant", claimant);
            case Command.ToolError(String call, String error, var claimant) ->
                with(call("tool_result", call).put("error", error), "claimant", claimant);
        };
    }

    private static JsonObject approve(Command.Approve approve) {
        JsonObject frame = about("approve", approve.callIds());
        approve.arguments().ifPresent(arguments -> frame.put("arguments", arguments));
        if (approve.remember()) {
            frame.put("remember", "session");
        }
        return with(frame, "argumentsHash", approve.argumentsHash());
    }

    private static JsonObject settle(Command.Settle settle) {
        JsonObject frame = call("settle", settle.callId())
                .put("outcome", settle.verdict().name().toLowerCase(Locale.ROOT));
        String field =
                switch (settle.verdict()) {
                    case OK -> "result";
                    case ERROR -> "error";
                    case RETRY -> "";
                };
        settle.result().filter(any -> !field.isEmpty()).ifPresent(result -> frame.put(field, result));
        return frame;
    }

    /** One call is named by itself, so that a server of any age understands it. */
    private static JsonObject about(String type, List<String> calls) {
        return calls.size() == 1 ? call(type, calls.getFirst()) : frame(type).put("callIds", new JsonArray(calls));
    }

    private static JsonObject call(String type, String callId) {
        return frame(type).put("callId", callId);
    }

    private static JsonObject frame(String type) {
        return new JsonObject().put("type", type);
    }

    private static JsonObject with(JsonObject frame, Optional<InputPolicy> policy) {
        return with(frame, "policy", policy.map(InputPolicy::wire));
    }

    private static JsonObject with(JsonObject frame, String field, Optional<String> value) {
        value.ifPresent(given -> frame.put(field, given));
        return frame;
    }
}
