package dev.sessionmesh.chaos.history;

import dev.sessionmesh.client.Frame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One logged frame, however it was typed on its way: the events {@code from} to {@code seq}. Tokens are by far the most, so their
 * fields have places of their own; everything else of a frame is in {@code more}.
 *
 * @param message the message of a token with its part and kind, or empty
 * @param text the text of a token, or empty
 */
public record Seen(String type, long from, long seq, String message, String text, JsonObject more) {

    private static final JsonObject NOTHING = new JsonObject();

    /** The components of a logged frame that have places of their own here. */
    private static final Set<String> PLACE = Set.of("session", "seq", "from", "type");

    public static Seen of(Frame.Logged frame) {
        if (frame instanceof Frame.Token token) {
            String message = token.messageId()
                    + token.part().map(part -> "/" + part).orElse("")
                    + token.kind().map(kind -> "/" + kind).orElse("");
            return new Seen("token", token.from(), token.seq(), message, token.text(), NOTHING);
        }
        return new Seen(type(frame), frame.from(), frame.seq(), "", "", fields(frame));
    }

    /** A token by hand. */
    public static Seen token(long from, long seq, String message, String text) {
        return new Seen("token", from, seq, message, text, NOTHING);
    }

    /** Another event by hand. */
    public static Seen event(String type, long seq, JsonObject more) {
        return new Seen(type, seq, seq, "", "", more);
    }

    public boolean isToken() {
        return type.equals("token");
    }

    /** A text field, empty when absent. */
    public String field(String name) {
        return more.getString(name, "");
    }

    private static String type(Frame.Logged frame) {
        return switch (frame) {
            case Frame.Input _ -> "input";
            case Frame.TurnReceived _ -> "turn";
            case Frame.AgentStatus _ -> "agent_status";
            case Frame.Token _ -> "token";
            case Frame.ToolCall _ -> "tool_call";
            case Frame.Approval _ -> "approval";
            case Frame.ApprovalResolved _ -> "approval_resolved";
            case Frame.ToolStarted _ -> "tool_started";
            case Frame.ToolResult _ -> "tool_result";
            case Frame.Steer _ -> "steer";
            case Frame.SteerResolved _ -> "steer_resolved";
            case Frame.History _ -> "history";
            case Frame.QueueReordered _ -> "queue";
            case Frame.TurnRetracted _ -> "turn_retracted";
            case Frame.BranchSelected _ -> "branch_selected";
            case Frame.StepEnded _ -> "step";
            case Frame.MessageSuperseded _ -> "message_superseded";
            case Frame.ApprovalVoted _ -> "approval_vote";
            case Frame.ApprovalEdited _ -> "approval_edited";
            case Frame.ApprovalDelegated _ -> "approval_delegated";
            case Frame.ApprovalReminded _ -> "approval_reminder";
            case Frame.ApprovalEscalated _ -> "approval_escalated";
            case Frame.ToolGranted _ -> "grant";
            case Frame.GrantRevoked _ -> "grant_revoked";
            case Frame.ToolClaimed _ -> "tool_claimed";
            case Frame.ToolReleased _ -> "tool_released";
            case Frame.ToolDoubted _ -> "tool_doubted";
            case Frame.ToolRetried _ -> "tool_retried";
            case Frame.Unknown unknown -> unknown.type();
        };
    }

    /** Everything the frame says beside its place in the log and its type. */
    private static JsonObject fields(Frame.Logged frame) {
        JsonObject fields = plain((Record) frame);
        PLACE.forEach(fields::remove);
        return fields;
    }

    /** The components of a record under their names, all the way down; absent ones are left out. */
    private static JsonObject plain(Record record) {
        JsonObject plain = new JsonObject();
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Object value = plain(value(component, record));
            if (value != null) {
                plain.put(component.getName(), value);
            }
        }
        return plain;
    }

    /** What JSON can say of a value; null for an absent one. */
    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Optional<?> maybe -> plain(maybe.orElse(null));
            case OptionalInt maybe -> maybe.isPresent() ? maybe.getAsInt() : null;
            case OptionalLong maybe -> maybe.isPresent() ? maybe.getAsLong() : null;
            case Record record -> plain(record);
            case Collection<?> several ->
                new JsonArray(several.stream().map(Seen::plain).toList());
            case Enum<?> constant -> constant.name();
            default -> value;
        };
    }

    private static Object value(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a record component cannot be read: " + component, e);
        }
    }

    /** As a line of a history or a log. */
    public JsonObject json() {
        JsonObject json = new JsonObject().put("type", type);
        if (from != seq) {
            json.put("from", from);
        }
        json.put("seq", seq);
        return isToken() ? json.put("message", message).put("text", text) : json.put("more", more);
    }

    /** The opposite of {@link #json}. */
    public static Seen parse(JsonObject json) {
        long seq = json.getLong("seq");
        return new Seen(
                json.getString("type"),
                json.getLong("from", seq),
                seq,
                json.getString("message", ""),
                json.getString("text", ""),
                json.getJsonObject("more", NOTHING));
    }
}
