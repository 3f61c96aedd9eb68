package dev.sessionmesh.client;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import java.util.Optional;

/** What a tab may ask of its session. The client adds session and id. */
public sealed interface Command {

    /** What happens with an input while a turn runs. */
    enum InputPolicy {
        ENQUEUE,
        REJECT,
        INTERRUPT;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A message of a person; without a policy the session's own counts. */
    record Input(String text, Optional<InputPolicy> policy) implements Command {}

    /** Approves a pending tool call; the first decision wins. */
    record Approve(String callId) implements Command {}

    /** Rejects a pending tool call. */
    record Reject(String callId, String reason) implements Command {}

    /** Cancels a turn; without one the running turn. */
    record Cancel(Optional<String> turn) implements Command {}

    /** Tells a turn something while it works; without one the running turn. */
    record Steer(String instruction, Optional<String> turn) implements Command {}

    /** The result of a front-end tool call, any JSON value; the first result wins. */
    record ToolResult(String callId, Object result) implements Command {}

    /** A front-end tool call failed. */
    record ToolError(String callId, String error) implements Command {}

    /** The command's own fields as they go over the wire, without session and id. */
    default JsonObject wire() {
        return switch (this) {
            case Input(String text, Optional<InputPolicy> policy) -> {
                JsonObject frame = frame("input").put("text", text);
                policy.ifPresent(p -> frame.put("policy", p.wire()));
                yield frame;
            }
            case Approve(String callId) -> frame("approve").put("callId", callId);
            case Reject(String callId, String reason) ->
                frame("reject").put("callId", callId).put("reason", reason);
            case Cancel(Optional<String> turn) -> {
                JsonObject frame = frame("cancel");
                turn.ifPresent(t -> frame.put("turn", t));
                yield frame;
            }
            case Steer(String instruction, Optional<String> turn) -> {
                JsonObject frame = frame("steer").put("instruction", instruction);
                turn.ifPresent(t -> frame.put("turn", t));
                yield frame;
            }
            case ToolResult(String callId, Object result) ->
                frame("tool_result").put("callId", callId).put("result", result);
            case ToolError(String callId, String error) ->
                frame("tool_result").put("callId", callId).put("error", error);
        };
    }

    private static JsonObject frame(String type) {
        return new JsonObject().put("type", type);
    }
}
