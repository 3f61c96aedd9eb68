package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import java.util.List;
import java.util.Optional;

/** What clients say about tool calls: decisions, claims, results. */
final class CallFrames {
    private static final int USER_BYTES = 128;

    /** How far an approval reaches. */
    private enum Remember {
        SESSION
    }

    private CallFrames() {}

    static Command read(String type, Fields fields, Limits limits) {
        return switch (type) {
            case "approve" -> decide(true, fields, limits);
            case "reject" -> decide(false, fields, limits);
            case "delegate" -> new Command.Delegate(callId(fields), fields.requiredText("to", USER_BYTES));
            case "revoke_grant" -> new Command.RevokeGrant(grant(fields));
            case "tool_claim" -> new Command.ClaimTool(callId(fields), claimant(fields), PresenceFrames.device(fields));
            case "tool_heartbeat" -> new Command.BeatTool(callId(fields), claimant(fields));
            case "tool_release" -> new Command.ReleaseTool(callId(fields), claimant(fields));
            case "settle" -> settle(fields, limits);
            default -> throw new IllegalArgumentException("not about a tool call: " + type);
        };
    }

    static Command toolResult(Fields fields, Limits limits) {
        String callId = callId(fields);
        Optional<String> result = fields.tree("result", limits.blobBytes());
        Optional<String> error = fields.text("error", limits.blobBytes());
        if (result.isPresent() == error.isPresent()) {
            fields.refuse(
                    ErrorCode.BAD_FIELD,
                    result.isPresent() ? "result and error exclude each other" : "result or error is missing");
        }
        String claimant = claimant(fields);
        return result.map(json -> new Command.ToolResult(callId, true, new Payload.Inline(json), claimant))
                .orElseGet(() -> new Command.ToolResult(callId, false, Payload.of(error.orElse("")), claimant));
    }

    private static Command decide(boolean approve, Fields fields, Limits limits) {
        List<String> calls = fields.names("callIds", limits.callsPending(), CommandId::isValid, "the id of a call");
        if (calls.isEmpty()) {
            calls = List.of(callId(fields));
        } else if (fields.has("callId")) {
            fields.refuse(ErrorCode.BAD_FIELD, "callId and callIds exclude each other");
        }
        Optional<Payload> arguments =
                fields.tree("arguments", limits.blobBytes()).map(Payload.Inline::new);
        boolean remember = fields.choice("remember", Remember.values()).isPresent();
        if (arguments.isPresent() && (!approve || calls.size() > 1)) {
            fields.refuse(ErrorCode.BAD_FIELD, "arguments are for the approval of one call");
        }
        if (remember && !approve) {
            fields.refuse(ErrorCode.BAD_FIELD, "remember is for approvals");
        }
        return new Command.Decide(
                calls,
                approve,
                fields.text("reason", limits.inlineBytes()).orElse(""),
                arguments,
                fields.name("argumentsHash", Payload.Blob::isHash, "a SHA-256 in small hex")
                        .orElse(""),
                remember);
    }

    private static Command settle(Fields fields, Limits limits) {
        String callId = callId(fields);
        Command.Settle.Verdict verdict =
                fields.choice("outcome", Command.Settle.Verdict.values()).orElse(Command.Settle.Verdict.ERROR);
        if (!fields.has("outcome")) {
            fields.refuse(ErrorCode.BAD_FIELD, "outcome is missing");
        }
        Payload result =
                switch (verdict) {
                    case OK ->
                        fields.tree("result", limits.blobBytes())
                                .<Payload>map(Payload.Inline::new)
                                .orElse(Payload.EMPTY);
                    case ERROR ->
                        Payload.of(fields.text("error", limits.blobBytes()).orElse(""));
                    case RETRY -> Payload.EMPTY;
                };
        return new Command.Settle(callId, verdict, result);
    }

    private static String callId(Fields fields) {
        Optional<String> call = fields.name("callId", CommandId::isValid, "the id of a call");
        if (call.isEmpty()) {
            fields.refuse(ErrorCode.BAD_FIELD, "callId is missing");
        }
        return call.orElse("");
    }

    private static String grant(Fields fields) {
        Optional<String> grant = fields.name("grant", CommandId::isValid, "the id of a grant");
        if (grant.isEmpty()) {
            fields.refuse(ErrorCode.BAD_FIELD, "grant is missing");
        }
        return grant.orElse("");
    }

    /** Left out on a WebSocket, where the server knows which tab it is. */
    private static String claimant(Fields fields) {
        return fields.name("claimant", CommandId::isValid, "1-128 characters of A-Za-z0-9._:-")
                .orElse("");
    }
}
