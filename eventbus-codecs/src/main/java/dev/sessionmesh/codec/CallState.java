package dev.sessionmesh.codec;

import dev.sessionmesh.core.session.Approval;
import dev.sessionmesh.core.session.ToolCall;
import java.util.List;
import java.util.Optional;

/** The binary form of a tool call in a session's state. */
final class CallState {
    private static final ToolCall.Status[] STATUSES = ToolCall.Status.values();
    private static final ToolCall.Decision[] DECISIONS = ToolCall.Decision.values();

    private CallState() {}

    static void write(ByteSink out, ToolCall call) {
        out.text(call.id()).text(call.turn()).text(call.name());
        out.constant(call.executor()).constant(call.recovery());
        ToolForms.write(out, call.target());
        out.constant(call.status()).number(call.deadline());
        out.constant(call.decision());
        Shared.write(out, call.decidedBy());
        out.number(call.decidedAt());
        Shared.write(out, call.settledBy());
        out.number(call.settledAt());
        out.list(call.approval().stream().toList(), CallState::write);
        out.list(call.claim().stream().toList(), CallState::write);
        out.number(call.claims());
    }

    static ToolCall call(ByteSource in) {
        return new ToolCall(
                in.text(),
                in.text(),
                in.text(),
                in.constant(Shared.EXECUTORS),
                in.constant(ToolForms.RECOVERIES),
                ToolForms.target(in),
                in.constant(STATUSES),
                in.number(),
                in.constant(DECISIONS),
                Shared.actor(in),
                in.number(),
                Shared.actor(in),
                in.number(),
                oneAtMost(in.list(CallState::approval)),
                oneAtMost(in.list(CallState::claim)),
                in.smallNumber());
    }

    private static void write(ByteSink out, Approval approval) {
        ToolForms.write(out, approval.terms());
        out.text(approval.askedBy()).text(approval.argumentsHash());
        out.list(approval.votes(), (sink, vote) -> sink.text(vote.by()).number(vote.at()));
        out.list(approval.delegates(), ByteSink::text);
        out.flag(approval.escalated()).number(approval.reminders()).number(approval.requestedAt());
        out.number(approval.argumentsSeq());
    }

    private static Approval approval(ByteSource in) {
        return new Approval(
                ToolForms.terms(in),
                in.text(),
                in.text(),
                in.list(vote -> new Approval.Vote(vote.text(), vote.number())),
                in.list(ByteSource::text),
                in.flag(),
                in.smallNumber(),
                in.number(),
                in.number());
    }

    private static void write(ByteSink out, ToolCall.Claim claim) {
        Shared.write(out.text(claim.claimant()), claim.by());
        out.number(claim.beat()).number(claim.until());
    }

    private static ToolCall.Claim claim(ByteSource in) {
        return new ToolCall.Claim(in.text(), Shared.actor(in), in.number(), in.number());
    }

    static <T> Optional<T> oneAtMost(List<T> list) {
        if (list.size() > 1) {
            throw new MalformedBytesException(list.size() + " where one at most may be");
        }
        return list.stream().findFirst();
    }
}
