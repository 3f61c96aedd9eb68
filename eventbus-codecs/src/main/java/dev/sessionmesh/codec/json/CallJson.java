package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec.Target;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.ToolCall;

/** What happens to tool calls and their approvals, as clients see it. */
final class CallJson {
    private CallJson() {}

    static byte[] frame(SessionKey key, long seq, Event.ToolCalled e) {
        JsonSink out = EventJson.begin("tool_call", key, seq).field("turn", e.turn());
        call(out, e.callId(), e.name(), e.arguments());
        out.field("executor", EventJson.wire(e.executor())).field("approval", e.approval() ? "required" : "none");
        if (!e.target().equals(Target.ANY)) {
            ToolJson.target(out.name("target"), e.target());
        }
        return EventJson.end(out.optional("idempotent", e.recovery() == ToolCall.Recovery.RERUN));
    }

    static byte[] frame(SessionKey key, long seq, long at, Event.ApprovalRequested e) {
        JsonSink out = EventJson.begin("approval", key, seq).field("turn", e.turn());
        call(out, e.callId(), e.name(), e.arguments());
        ApprovalTerms terms = e.terms();
        ApprovalJson.terms(out, terms, e.argumentsHash(), e.askedBy());
        if (terms.remindMillis() > 0) {
            out.field("remindAt", EventJson.time(at + terms.remindMillis()));
        }
        if (terms.escalateMillis() > 0) {
            out.field("escalateAt", EventJson.time(at + terms.escalateMillis()));
        }
        return EventJson.end(out.field("deadline", EventJson.time(e.deadline())).field("at", EventJson.time(at)));
    }

    static byte[] frame(SessionKey key, long seq, long at, Event.ApprovalVoted e) {
        return EventJson.end(about("approval_vote", key, seq, e.callId())
                .field("by", e.by().name())
                .field("approvals", e.approvals())
                .field("needed", e.needed())
                .field("argumentsHash", e.argumentsHash())
                .field("at", EventJson.time(at)));
    }

    static byte[] frame(SessionKey key, long seq, long at, Event.ApprovalEdited e) {
        JsonSink out = about("approval_edited", key, seq, e.callId())
                .field("by", e.by().name())
                .name("arguments");
        arguments(out, e.arguments());
        return EventJson.end(out.field("argumentsHash", e.argumentsHash())
                .field("originalHash", e.originalHash())
                .field("at", EventJson.time(at)));
    }

    static byte[] frame(SessionKey key, long seq, Event.ApprovalDelegated e) {
        return EventJson.end(about("approval_delegated", key, seq, e.callId())
                .field("by", e.by().name())
                .field("to", e.to()));
    }

    static byte[] frame(SessionKey key, long seq, Event.ApprovalReminded e) {
        return EventJson.end(about("approval_reminder", key, seq, e.callId()).field("no", e.no()));
    }

    static byte[] frame(SessionKey key, long seq, Event.ApprovalEscalated e) {
        JsonSink out = about("approval_escalated", key, seq, e.callId());
        ApprovalJson.names(out, "to", e.to());
        return EventJson.end(out);
    }

    static byte[] frame(SessionKey key, long seq, long at, Event.ApprovalResolved e) {
        return EventJson.end(about("approval_resolved", key, seq, e.callId())
                .field("decision", EventJson.wire(e.decision()))
                .field("by", e.by().name())
                .optional("reason", e.reason())
                .optional("argumentsHash", e.argumentsHash())
                .optional("grant", e.grant())
                .field("at", EventJson.time(at)));
    }

    static byte[] frame(SessionKey key, long seq, long at, Event.ToolGranted e) {
        return EventJson.end(EventJson.begin("grant", key, seq)
                .field("grant", e.grant())
                .field("tool", e.tool())
                .field("by", e.by().name())
                .field("at", EventJson.time(at)));
    }

    static byte[] frame(SessionKey key, long seq, Event.GrantRevoked e) {
        return EventJson.end(EventJson.begin("grant_revoked", key, seq)
                .field("grant", e.grant())
                .field("by", e.by().name()));
    }

    static byte[] frame(SessionKey key, long seq, Event.ToolClaimed e) {
        return EventJson.end(about("tool_claimed", key, seq, e.callId())
                .field("by", e.by().name())
                .field("claimant", e.claimant())
                .field("claim", e.claim())
                .field("deadline", EventJson.time(e.until())));
    }

    static byte[] frame(SessionKey key, long seq, Event.ToolReleased e) {
        return EventJson.end(about("tool_released", key, seq, e.callId())
                .field("claim", e.claim())
                .field("reason", e.reason()));
    }

    static byte[] frame(SessionKey key, long seq, Event.ToolStarted e) {
        return EventJson.end(about("tool_started", key, seq, e.callId()));
    }

    static byte[] frame(SessionKey key, long seq, Event.ToolDoubted e) {
        return EventJson.end(
                about("tool_doubted", key, seq, e.callId()).field("deadline", EventJson.time(e.deadline())));
    }

    static byte[] frame(SessionKey key, long seq, Event.ToolRetried e) {
        return EventJson.end(about("tool_retried", key, seq, e.callId()).field("by", e.by().name()));
    }

    static byte[] frame(SessionKey key, long seq, Event.ToolResulted e) {
        JsonSink out = about("tool_result", key, seq, e.callId()).field("status", EventJson.wire(e.outcome()));
        result(out, e.outcome(), e.result());
        return EventJson.end(out.field("by", e.by().name()));
    }

    private static JsonSink about(String type, SessionKey key, long seq, String callId) {
        return EventJson.begin(type, key, seq).field("callId", callId);
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
}
