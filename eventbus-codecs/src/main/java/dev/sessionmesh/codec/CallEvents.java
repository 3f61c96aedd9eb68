package dev.sessionmesh.codec;

import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.ToolCall;

/** The binary forms of what happens to tool calls and their approvals; tags as in {@link BatchCodec}. */
final class CallEvents {
    private static final ToolCall.Decision[] DECISIONS = ToolCall.Decision.values();
    private static final ToolCall.Outcome[] OUTCOMES = ToolCall.Outcome.values();

    private CallEvents() {}

    static void write(ByteSink out, Event.ToolCalled e) {
        out.put(7).text(e.turn()).text(e.callId()).text(e.name());
        Shared.write(out, e.arguments());
        out.constant(e.executor()).constant(e.recovery());
        ToolForms.write(out, e.target());
        out.flag(e.approval()).number(e.deadline());
    }

    static Event called(ByteSource in) {
        return new Event.ToolCalled(
                in.text(),
                in.text(),
                in.text(),
                Shared.payload(in),
                in.constant(Shared.EXECUTORS),
                in.constant(ToolForms.RECOVERIES),
                ToolForms.target(in),
                in.flag(),
                in.number());
    }

    static void write(ByteSink out, Event.ApprovalRequested e) {
        out.put(8).text(e.turn()).text(e.callId()).text(e.name());
        Shared.write(out, e.arguments());
        out.text(e.argumentsHash()).text(e.askedBy());
        ToolForms.write(out, e.terms());
        out.number(e.deadline());
    }

    static Event requested(ByteSource in) {
        return new Event.ApprovalRequested(
                in.text(),
                in.text(),
                in.text(),
                Shared.payload(in),
                in.text(),
                in.text(),
                ToolForms.terms(in),
                in.number());
    }

    static void write(ByteSink out, Event.ApprovalResolved e) {
        out.put(9).text(e.callId()).constant(e.decision());
        Shared.write(out, e.by());
        out.text(e.reason()).text(e.argumentsHash()).text(e.grant());
    }

    static Event resolved(ByteSource in) {
        return new Event.ApprovalResolved(
                in.text(), in.constant(DECISIONS), Shared.actor(in), in.text(), in.text(), in.text());
    }

    static void write(ByteSink out, Event.ToolResulted e) {
        out.put(11).text(e.callId()).constant(e.outcome());
        Shared.write(out, e.result());
        Shared.write(out, e.by());
    }

    static Event resulted(ByteSource in) {
        return new Event.ToolResulted(in.text(), in.constant(OUTCOMES), Shared.payload(in), Shared.actor(in));
    }

    static void write(ByteSink out, Event.ApprovalVoted e) {
        Shared.write(out.put(15).text(e.callId()), e.by());
        out.text(e.argumentsHash()).number(e.approvals()).number(e.needed());
    }

    static Event voted(ByteSource in) {
        return new Event.ApprovalVoted(in.text(), Shared.actor(in), in.text(), in.smallNumber(), in.smallNumber());
    }

    static void write(ByteSink out, Event.ApprovalEdited e) {
        Shared.write(out.put(16).text(e.callId()), e.by());
        Shared.write(out, e.arguments());
        out.text(e.argumentsHash()).text(e.originalHash());
    }

    static Event edited(ByteSource in) {
        return new Event.ApprovalEdited(in.text(), Shared.actor(in), Shared.payload(in), in.text(), in.text());
    }

    static void write(ByteSink out, Event.ToolClaimed e) {
        Shared.write(out.put(22).text(e.callId()), e.by());
        out.text(e.claimant()).number(e.claim()).number(e.until());
    }

    static Event claimed(ByteSource in) {
        return new Event.ToolClaimed(in.text(), Shared.actor(in), in.text(), in.smallNumber(), in.number());
    }
}
