package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.Actor;
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
            case Event.TurnReceived received ->
                end(begin("turn", key, from)
                        .field("turn", received.turn())
                        .field("status", TurnStatus.RECEIVED.wire())
                        .field("input", received.inputId())
                        .field("by", received.by().name())
                        .optional("replaces", received.replaces())
                        .optional("regenerates", received.regenerates()));
            case Event.QueueReordered reordered -> {
                JsonSink out = begin("queue", key, from);
                ApprovalJson.names(out, "turns", reordered.turns());
                yield end(out.field("by", reordered.by().name()));
            }
            case Event.TurnRetracted(String turn, Actor by) -> end(by("turn_retracted", key, from, turn, by));
            case Event.BranchSelected(String turn, Actor by) -> end(by("branch_selected", key, from, turn, by));
            case Event.StepEnded ended ->
                end(usage(
                        begin("step", key, from).field("turn", ended.turn()).field("step", ended.step()),
                        ended.usage()));
            case Event.MessageSuperseded(String turn, String message) ->
                end(begin("message_superseded", key, from).field("turn", turn).field("messageId", message));
            case Event.TurnClaimed claimed ->
                end(status(key, from, claimed.turn(), claimed.status(), claimed.runEpoch())
                        .field("runner", claimed.runner().node())
                        .optional("takeover", claimed.takeover()));
            case Event.TurnStatusChanged(String turn, int epoch, TurnStatus status) ->
                end(status(key, from, turn, status, epoch));
            case Event.TurnEnded ended -> ended(key, from, ended);
            case Event.ToolCalled e -> CallJson.frame(key, from, e);
            case Event.ApprovalRequested e -> CallJson.frame(key, from, at, e);
            case Event.ApprovalVoted e -> CallJson.frame(key, from, at, e);
            case Event.ApprovalEdited e -> CallJson.frame(key, from, at, e);
            case Event.ApprovalDelegated e -> CallJson.frame(key, from, e);
            case Event.ApprovalReminded e -> CallJson.frame(key, from, e);
            case Event.ApprovalEscalated e -> CallJson.frame(key, from, e);
            case Event.ApprovalResolved e -> CallJson.frame(key, from, at, e);
            case Event.ToolGranted e -> CallJson.frame(key, from, at, e);
            case Event.GrantRevoked e -> CallJson.frame(key, from, e);
            case Event.ToolClaimed e -> CallJson.frame(key, from, e);
            case Event.ToolReleased e -> CallJson.frame(key, from, e);
            case Event.ToolStarted e -> CallJson.frame(key, from, e);
            case Event.ToolDoubted e -> CallJson.frame(key, from, e);
            case Event.ToolRetried e -> CallJson.frame(key, from, e);
            case Event.ToolResulted e -> CallJson.frame(key, from, e);
            case Event.Steered steered ->
                end(begin("steer", key, from)
                        .field("turn", steered.turn())
                        .field("steerId", steered.steerId())
                        .field("instruction", steered.instruction())
                        .field("actor", steered.actor().name())
                        .optional("input", steered.inputId()));
            case Event.SteerResolved resolved -> {
                JsonSink out = begin("steer_resolved", key, from)
                        .field("turn", resolved.turn())
                        .field("steerId", resolved.steerId())
                        .field("consumed", resolved.consumed());
                if (resolved.consumed()) {
                    out.field("step", resolved.step());
                }
                yield end(out);
            }
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
        return end(usage(out, ended.usage()));
    }

    private static JsonSink usage(JsonSink out, Usage usage) {
        if (!usage.equals(Usage.UNKNOWN)) {
            out.name("usage")
                    .object()
                    .field("inputTokens", usage.inputTokens())
                    .field("outputTokens", usage.outputTokens())
                    .endObject();
        }
        return out;
    }

    private static JsonSink by(String type, SessionKey key, long seq, String turn, Actor by) {
        return begin(type, key, seq).field("turn", turn).field("by", by.name());
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

    static JsonSink begin(String type, SessionKey key, long seq) {
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

    static byte[] end(JsonSink out) {
        return out.endObject().toBytes();
    }
}
