package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import java.time.Instant;
import java.util.Locale;

/** A logged event as clients see it. */
public final class EventJson {
    private EventJson() {}

    /**
     * @param from the event's first seq
     * @param at when it was accepted, in epoch milliseconds
     * @return the frame, UTF-8
     */
    public static byte[] frame(SessionKey key, long from, long at, Event event) {
        return switch (event) {
            case Event.Tokens tokens -> token(key, from, tokens);
            case Event.InputAccepted input -> {
                JsonSink out = begin("input", key, from).field("id", input.inputId());
                out.field("messageId", input.messageId()).field("turn", input.turn());
                yield end(Json.text(out, "text", input.text())
                        .field("actor", input.actor().name())
                        .field("at", time(at)));
            }
            case Event.TurnReceived(String turn, String input) ->
                end(begin("turn", key, from)
                        .field("turn", turn)
                        .field("status", TurnStatus.RECEIVED.wire())
                        .field("input", input));
            case Event.TurnClaimed claimed ->
                end(status(key, from, claimed.turn(), claimed.status(), claimed.runEpoch())
                        .field("runner", claimed.runner().node())
                        .optional("takeover", claimed.takeover()));
            case Event.TurnStatusChanged(String turn, int epoch, TurnStatus status) ->
                end(status(key, from, turn, status, epoch));
            case Event.TurnEnded ended -> ended(key, from, ended);
            case Event.ToolCalled called -> {
                JsonSink out = begin("tool_call", key, from).field("turn", called.turn());
                call(out, called.callId(), called.name(), called.arguments());
                yield end(out.field("executor", wire(called.executor()))
                        .field("approval", called.approval() ? "required" : "none"));
            }
            case Event.ApprovalRequested asked -> {
                JsonSink out = begin("approval", key, from).field("turn", asked.turn());
                call(out, asked.callId(), asked.name(), asked.arguments());
                yield end(out.field("deadline", time(asked.deadline())));
            }
            case Event.ApprovalResolved resolved ->
                end(begin("approval_resolved", key, from)
                        .field("callId", resolved.callId())
                        .field("decision", wire(resolved.decision()))
                        .field("by", resolved.by().name())
                        .optional("reason", resolved.reason())
                        .field("at", time(at)));
            case Event.ToolStarted(String callId) ->
                end(begin("tool_started", key, from).field("callId", callId));
            case Event.ToolResulted resulted -> {
                JsonSink out = begin("tool_result", key, from).field("callId", resulted.callId());
                out.field("status", wire(resulted.outcome()));
                result(out, resulted.outcome(), resulted.result());
                yield end(out.field("by", resulted.by().name()));
            }
            case Event.Steered steered ->
                end(begin("steer", key, from)
                        .field("turn", steered.turn())
                        .field("steerId", steered.steerId())
                        .field("instruction", steered.instruction())
                        .field("actor", steered.actor().name()));
            case Event.SteerResolved(String turn, String steerId, boolean consumed) ->
                end(begin("steer_resolved", key, from)
                        .field("turn", turn)
                        .field("steerId", steerId)
                        .field("consumed", consumed));
            case Event.Forked(long history) ->
                end(begin("history", key, from).field("pos", new Position(history, from).token()));
        };
    }

    private static byte[] token(SessionKey key, long from, Event.Tokens tokens) {
        String text = tokens.run().text();
        int pieces = tokens.run().pieces();
        JsonSink out = new JsonSink(160 + key.id().length() + text.length() + (text.length() >> 2));
        out.object().field("type", "token").field("session", key.id());
        if (pieces > 1) {
            out.field("from", from);
        }
        out.field("seq", from + pieces - 1).field("messageId", tokens.messageId());
        if (tokens.part() != 0) {
            out.field("part", tokens.part());
        }
        if (tokens.kind() != DeltaKind.TEXT) {
            out.field("kind", tokens.kind().wire());
        }
        return end(out.field("text", text));
    }

    private static byte[] ended(SessionKey key, long seq, Event.TurnEnded ended) {
        JsonSink out = status(key, seq, ended.turn(), ended.status(), ended.runEpoch())
                .optional("code", ended.code())
                .optional("reason", ended.reason());
        if (ended.status() == TurnStatus.CANCELLED) {
            out.field("by", ended.by().name());
        }
        if (!ended.usage().equals(Usage.UNKNOWN)) {
            out.name("usage")
                    .object()
                    .field("inputTokens", ended.usage().inputTokens())
                    .field("outputTokens", ended.usage().outputTokens())
                    .endObject();
        }
        return end(out);
    }

    static void call(JsonSink out, String id, String name, Payload arguments) {
        out.field("callId", id).field("name", name).name("arguments");
        arguments(out, arguments);
    }

    /** A tool without arguments gets an empty object. */
    static void arguments(JsonSink out, Payload arguments) {
        if (arguments instanceof Payload.Inline(String text)
                && (text.isBlank() || text.strip().equals("null"))) {
            out.object().endObject();
        } else {
            Json.embed(out, arguments);
        }
    }

    static void result(JsonSink out, ToolCall.Outcome outcome, Payload result) {
        boolean nothing = result.equals(Payload.EMPTY);
        switch (outcome) {
            case OK -> {
                out.name("result");
                if (nothing) {
                    out.raw("null");
                } else {
                    Json.embed(out, result);
                }
            }
            case ERROR -> Json.text(out, "error", result);
            case REJECTED, IN_DOUBT, CANCELLED -> {
                if (!nothing) {
                    Json.text(out, "error", result);
                }
            }
        }
    }

    static String time(long at) {
        return Instant.ofEpochMilli(at).toString();
    }

    static String wire(Executor executor) {
        return executor.name().toLowerCase(Locale.ROOT);
    }

    static String wire(ToolCall.Decision decision) {
        return decision.name().toLowerCase(Locale.ROOT);
    }

    static String wire(ToolCall.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    private static JsonSink begin(String type, SessionKey key, long seq) {
        return new JsonSink()
                .object()
                .field("type", type)
                .field("session", key.id())
                .field("seq", seq);
    }

    private static JsonSink status(SessionKey key, long seq, String turn, TurnStatus status, int epoch) {
        return begin("agent_status", key, seq)
                .field("turn", turn)
                .field("status", status.wire())
                .field("runEpoch", epoch);
    }

    private static byte[] end(JsonSink out) {
        return out.endObject().toBytes();
    }
}
