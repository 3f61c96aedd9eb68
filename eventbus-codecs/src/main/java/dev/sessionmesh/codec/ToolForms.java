package dev.sessionmesh.codec;

import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Budget;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.ToolSpec.Target;
import dev.sessionmesh.core.session.ToolCall;

/** The binary forms of a tool, of what a call of it needs, and of what may be spent. */
final class ToolForms {
    static final ToolCall.Recovery[] RECOVERIES = ToolCall.Recovery.values();
    private static final ApprovalPolicy.When[] WHENS = ApprovalPolicy.When.values();
    private static final ApprovalTerms.OnExpiry[] EXPIRIES = ApprovalTerms.OnExpiry.values();

    private ToolForms() {}

    static void write(ByteSink out, ToolSpec tool) {
        out.text(tool.name()).text(tool.description()).text(tool.parameters());
        out.constant(tool.executor()).text(tool.source()).flag(tool.idempotent());
        out.constant(tool.approval().when()).text(tool.approval().rule());
        write(out, tool.approval().terms());
        write(out, tool.target());
    }

    static ToolSpec tool(ByteSource in) {
        return new ToolSpec(
                in.text(),
                in.text(),
                in.text(),
                in.constant(Shared.EXECUTORS),
                in.text(),
                in.flag(),
                new ApprovalPolicy(in.constant(WHENS), in.text(), terms(in)),
                target(in));
    }

    static void write(ByteSink out, ApprovalTerms terms) {
        out.text(terms.reason()).number(terms.needed()).list(terms.approvers(), ByteSink::text);
        out.flag(terms.separateDuty()).number(terms.expiresMillis()).constant(terms.onExpiry());
        out.number(terms.remindMillis()).number(terms.escalateMillis()).list(terms.escalateTo(), ByteSink::text);
    }

    static ApprovalTerms terms(ByteSource in) {
        return new ApprovalTerms(
                in.text(),
                in.smallNumber(),
                in.list(ByteSource::text),
                in.flag(),
                in.number(),
                in.constant(EXPIRIES),
                in.number(),
                in.number(),
                in.list(ByteSource::text));
    }

    static void write(ByteSink out, Target target) {
        out.text(target.user()).text(target.device());
    }

    static Target target(ByteSource in) {
        return new Target(in.text(), in.text());
    }

    static void write(ByteSink out, Budget budget) {
        write(out, budget.turn());
        write(out, budget.session());
        out.number(budget.inputPrice()).number(budget.outputPrice());
    }

    static Budget budget(ByteSource in) {
        return new Budget(bounds(in), bounds(in), in.number(), in.number());
    }

    private static void write(ByteSink out, Budget.Bounds bounds) {
        out.number(bounds.tokens())
                .number(bounds.cost())
                .number(bounds.millis())
                .number(bounds.toolCalls());
    }

    private static Budget.Bounds bounds(ByteSource in) {
        return new Budget.Bounds(in.number(), in.number(), in.number(), in.number());
    }
}
