package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.Conversation.Called;
import dev.sessionmesh.core.session.Grant;
import dev.sessionmesh.core.session.Spent;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.Turn;
import java.util.Locale;
import java.util.Optional;

/** A session's control state as clients see it. */
public final class StateJson {
    private StateJson() {}

    /**
     * The body of {@code GET /v1/sessions/{id}}.
     *
     * @param conversation where the arguments of calls are found; calls of another time than its own come without them
     * @param payloadBytes about how much of arguments and results to embed
     */
    public static byte[] session(State state, Conversation conversation, int payloadBytes) {
        JsonSink out = new JsonSink(1024)
                .object()
                .field("id", state.key().id())
                .field("head", state.head())
                .field("pos", new Position(state.lineage().current(), state.head()).token());
        ProfileJson.summary(out, state.profile());
        state.newest().ifPresent(turn -> turn(out.name("turn"), turn));
        control(out, state, conversation, payloadBytes);
        BudgetJson.write(out.name("budget"), state.profile().budget());
        spent(out, state.spent());
        out.name("audit")
                .object()
                .field("entries", state.audit().no())
                .field("hash", state.audit().hash());
        out.endObject();
        return out.endObject().toBytes();
    }

    /** The turns, approvals and tool calls of a snapshot or a session document. */
    static void control(JsonSink out, State state, Conversation conversation, int payloadBytes) {
        out.name("turns").array();
        state.turns().forEach(turn -> turn(out, turn));
        out.endArray().name("approvals").array();
        Budget budget = new Budget(payloadBytes);
        for (ToolCall call : state.calls()) {
            if (call.status() == ToolCall.Status.AWAITING_APPROVAL) {
                begin(out, call, conversation.call(call.id()), budget);
                call.approval().ifPresent(approval -> ApprovalJson.pending(out, approval));
                out.field("deadline", EventJson.time(call.deadline()));
                out.optional("truncated", budget.spent()).endObject();
            }
        }
        out.endArray().name("toolCalls").array();
        for (ToolCall call : state.calls()) {
            call(out, call, conversation.call(call.id()), budget);
        }
        out.endArray().name("grants").array();
        for (Grant grant : state.grants()) {
            out.object().field("grant", grant.id()).field("tool", grant.tool());
            out.field("by", grant.by().name())
                    .field("at", EventJson.time(grant.at()))
                    .endObject();
        }
        out.endArray().name("branches").array();
        for (Conversation.Branch branch : conversation.forks()) {
            out.object().field("turn", branch.turn());
            ApprovalJson.names(out, "beside", branch.beside());
            out.endObject();
        }
        out.endArray();
    }

    private static void spent(JsonSink out, Spent spent) {
        out.name("spent").object();
        out.field("steps", spent.steps()).field("inputTokens", spent.inputTokens());
        out.field("outputTokens", spent.outputTokens() + spent.pieces()).field("toolCalls", spent.toolCalls());
        out.endObject();
    }

    private static void turn(JsonSink out, Turn turn) {
        out.object()
                .field("id", turn.id())
                .field("status", turn.status().wire())
                .field("runEpoch", turn.runEpoch());
        out.optional("runner", turn.runner().node()).field("input", turn.inputId());
        out.field("by", turn.askedBy().name()).field("queuedAt", EventJson.time(turn.receivedAt()));
        if (turn.startedAt() > 0) {
            out.field("processedAt", EventJson.time(turn.startedAt()));
        }
        out.endObject();
    }

    private static void call(JsonSink out, ToolCall call, Optional<Called> known, Budget budget) {
        begin(out, call, known, budget);
        out.field("executor", EventJson.wire(call.executor()));
        known.ifPresent(called -> out.field("approval", called.approval() ? "required" : "none"));
        Optional<ToolCall.Outcome> outcome = known.flatMap(Called::outcome);
        out.field(
                "status",
                outcome.map(EventJson::wire).orElse(call.status().name().toLowerCase(Locale.ROOT)));
        if (outcome.isPresent() && budget.takes(known.get().result())) {
            CallJson.result(out, outcome.get(), known.get().result());
        }
        if (call.decision() != ToolCall.Decision.NONE) {
            out.field("decision", EventJson.wire(call.decision()));
        }
        if (call.decidedAt() > 0) {
            out.field("decidedBy", call.decidedBy().name()).field("at", EventJson.time(call.decidedAt()));
        }
        if (!call.target().equals(ToolSpec.Target.ANY)) {
            ToolJson.target(out.name("target"), call.target());
        }
        call.claim().ifPresent(claim -> out.field("claimedBy", claim.by().name())
                .field("claimant", claim.claimant())
                .field("claim", call.claims()));
        if (call.open()) {
            out.field("deadline", EventJson.time(call.deadline()));
        } else {
            out.field("by", call.settledBy().name());
        }
        out.optional("truncated", budget.spent()).endObject();
    }

    private static void begin(JsonSink out, ToolCall call, Optional<Called> known, Budget budget) {
        out.object().field("turn", call.turn()).field("callId", call.id()).field("name", call.name());
        if (known.isPresent() && budget.takes(known.get().arguments())) {
            CallJson.arguments(out.name("arguments"), known.get().arguments());
        }
    }

    /** Keeps a document from growing with the payloads of its calls: what comes after it is spent says {@code truncated}. */
    private static final class Budget {
        private int left;

        Budget(int bytes) {
            this.left = bytes;
        }

        boolean takes(Payload payload) {
            left -= payload instanceof Payload.Inline(String text) ? text.length() : 0;
            return !spent();
        }

        boolean spent() {
            return left < 0;
        }
    }
}
