package dev.sessionmesh.client;

import static dev.sessionmesh.client.FrameReader.any;
import static dev.sessionmesh.client.FrameReader.blob;
import static dev.sessionmesh.client.FrameReader.flag;
import static dev.sessionmesh.client.FrameReader.maybe;
import static dev.sessionmesh.client.FrameReader.names;
import static dev.sessionmesh.client.FrameReader.number;
import static dev.sessionmesh.client.FrameReader.text;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.OptionalInt;

/** The events of the log as frames. */
final class EventReader {

    private EventReader() {}

    static Frame.Logged read(JsonObject json) {
        String session = text(json, "session");
        long seq = number(json, "seq");
        String type = text(json, "type");
        return switch (type) {
            case "input" ->
                new Frame.Input(
                        session,
                        seq,
                        maybe(json, "id"),
                        text(json, "messageId"),
                        text(json, "turn"),
                        text(json, "text"),
                        blob(json),
                        maybe(json, "actor"),
                        maybe(json, "at"));
            case "turn" ->
                new Frame.TurnReceived(
                        session,
                        seq,
                        text(json, "turn"),
                        maybe(json, "input"),
                        maybe(json, "by"),
                        maybe(json, "replaces"),
                        flag(json, "regenerates"));
            case "queue" -> new Frame.QueueReordered(session, seq, names(json, "turns"), maybe(json, "by"));
            case "turn_retracted" -> new Frame.TurnRetracted(session, seq, text(json, "turn"), maybe(json, "by"));
            case "branch_selected" -> new Frame.BranchSelected(session, seq, text(json, "turn"), maybe(json, "by"));
            case "agent_status" -> agentStatus(json, session, seq);
            case "token" ->
                new Frame.Token(
                        session,
                        FrameReader.from(json, seq),
                        seq,
                        text(json, "messageId"),
                        text(json, "text"),
                        maybe(json, "part"),
                        maybe(json, "kind"));
            case "step" -> new Frame.StepEnded(session, seq, text(json, "turn"), number(json, "step"), usage(json));
            case "message_superseded" ->
                new Frame.MessageSuperseded(session, seq, text(json, "turn"), text(json, "messageId"));
            case "steer" ->
                new Frame.Steer(
                        session,
                        seq,
                        text(json, "turn"),
                        json.getString("steerId", ""),
                        text(json, "instruction"),
                        maybe(json, "actor"),
                        maybe(json, "input"));
            case "steer_resolved" ->
                new Frame.SteerResolved(
                        session,
                        seq,
                        text(json, "turn"),
                        json.getString("steerId", ""),
                        flag(json, "consumed"),
                        json.containsKey("step") ? OptionalInt.of((int) number(json, "step")) : OptionalInt.empty());
            case "history" -> new Frame.History(session, seq, text(json, "pos"));
            default -> about(type, json, session, seq);
        };
    }

    /** Events about tool calls, and those that this client does not know. */
    private static Frame.Logged about(String type, JsonObject json, String session, long seq) {
        return switch (type) {
            case "tool_call" ->
                new Frame.ToolCall(
                        session,
                        seq,
                        text(json, "turn"),
                        text(json, "callId"),
                        text(json, "name"),
                        any(json, "arguments"),
                        text(json, "executor"),
                        text(json, "approval"),
                        target(json));
            case "approval" ->
                new Frame.Approval(
                        session,
                        seq,
                        text(json, "turn"),
                        text(json, "callId"),
                        text(json, "name"),
                        any(json, "arguments"),
                        terms(json),
                        maybe(json, "deadline"),
                        maybe(json, "escalateAt"));
            case "approval_vote" ->
                new Frame.ApprovalVoted(
                        session,
                        seq,
                        text(json, "callId"),
                        maybe(json, "by"),
                        (int) number(json, "approvals"),
                        (int) number(json, "needed"),
                        maybe(json, "at"));
            case "approval_edited" ->
                new Frame.ApprovalEdited(
                        session,
                        seq,
                        text(json, "callId"),
                        maybe(json, "by"),
                        any(json, "arguments"),
                        json.getString("argumentsHash", ""));
            case "approval_delegated" ->
                new Frame.ApprovalDelegated(session, seq, text(json, "callId"), maybe(json, "by"), text(json, "to"));
            case "approval_reminder" ->
                new Frame.ApprovalReminded(session, seq, text(json, "callId"), json.getInteger("no", 1));
            case "approval_escalated" ->
                new Frame.ApprovalEscalated(session, seq, text(json, "callId"), names(json, "to"));
            case "approval_resolved" ->
                new Frame.ApprovalResolved(
                        session,
                        seq,
                        text(json, "callId"),
                        text(json, "decision"),
                        maybe(json, "by"),
                        maybe(json, "reason"),
                        maybe(json, "at"),
                        maybe(json, "grant"));
            case "grant" ->
                new Frame.ToolGranted(session, seq, text(json, "grant"), text(json, "tool"), maybe(json, "by"));
            case "grant_revoked" -> new Frame.GrantRevoked(session, seq, text(json, "grant"), maybe(json, "by"));
            case "tool_claimed" ->
                new Frame.ToolClaimed(
                        session,
                        seq,
                        text(json, "callId"),
                        maybe(json, "by"),
                        text(json, "claimant"),
                        (int) number(json, "claim"),
                        maybe(json, "deadline"));
            case "tool_released" ->
                new Frame.ToolReleased(
                        session, seq, text(json, "callId"), (int) number(json, "claim"), json.getString("reason", ""));
            case "tool_started" -> new Frame.ToolStarted(session, seq, text(json, "callId"));
            case "tool_doubted" -> new Frame.ToolDoubted(session, seq, text(json, "callId"), maybe(json, "deadline"));
            case "tool_retried" -> new Frame.ToolRetried(session, seq, text(json, "callId"), maybe(json, "by"));
            case "tool_result" ->
                new Frame.ToolResult(
                        session,
                        seq,
                        text(json, "callId"),
                        text(json, "status"),
                        Optional.ofNullable(json.getValue("result")),
                        maybe(json, "error"),
                        blob(json),
                        maybe(json, "by"));
            default -> new Frame.Unknown(session, FrameReader.from(json, seq), seq, type, json);
        };
    }

    private static Frame.AgentStatus agentStatus(JsonObject json, String session, long seq) {
        return new Frame.AgentStatus(
                session,
                seq,
                text(json, "turn"),
                text(json, "status"),
                json.getLong("runEpoch", 0L),
                maybe(json, "runner"),
                flag(json, "takeover"),
                maybe(json, "code"),
                maybe(json, "reason"),
                maybe(json, "by"),
                usage(json));
    }

    private static Optional<JsonObject> usage(JsonObject json) {
        return Optional.ofNullable(json.getJsonObject("usage"));
    }

    static Frame.Target target(JsonObject json) {
        JsonObject target = json.getJsonObject("target");
        return target == null ? Frame.Target.ANY : new Frame.Target(maybe(target, "user"), maybe(target, "device"));
    }

    /** The terms among the fields of an event or a row of a document. */
    static Frame.Terms terms(JsonObject json) {
        return new Frame.Terms(
                json.getString("argumentsHash", ""),
                maybe(json, "reason"),
                maybe(json, "askedBy"),
                json.getInteger("needed", 1),
                names(json, "approvers"),
                flag(json, "separateDuty"),
                maybe(json, "onExpiry"));
    }
}
