package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.session.Approval;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Approvals as JSON: what a tool demands, and what is waited for. */
final class ApprovalJson {
    static final int NAME_BYTES = 128;
    private static final Set<String> POLICY = Set.of(
            "when",
            "needed",
            "approvers",
            "separateDuty",
            "expiresInMs",
            "onExpiry",
            "remindAfterMs",
            "escalateAfterMs",
            "escalateTo",
            "reason");
    private static final Set<String> TREES = Set.of("when", "approvers", "escalateTo");
    private static final Pattern APPROVER = Pattern.compile("(user|role):[^\\p{Cntrl}]{1,128}");
    private static final int REASON_BYTES = 1_024;
    /** Shorter times would be a flood, longer ones no times. */
    private static final long LEAST_MILLIS = 1_000;

    private static final long MOST_MILLIS = Duration.ofDays(30).toMillis();

    private ApprovalJson() {}

    /** A tool's {@code approval}: {@code "never"}, {@code "always"}, or an object with terms. */
    static ApprovalPolicy policy(Fields tool, Limits limits) {
        Optional<String> given = tool.tree("approval", limits.inlineBytes());
        if (given.isEmpty() || given.get().equals("null") || given.get().equals("\"never\"")) {
            return ApprovalPolicy.NEVER;
        }
        if (given.get().equals("\"always\"")) {
            return ApprovalPolicy.ALWAYS;
        }
        if (!given.get().startsWith("{")) {
            tool.refuse(ErrorCode.BAD_FIELD, "approval is not never, always or an object");
            return ApprovalPolicy.NEVER;
        }
        Fields fields = tool.object("approval", POLICY, TREES).orElseThrow();
        ApprovalPolicy policy = policy(fields, terms(fields, limits), limits);
        tool.refuse("approval", fields);
        return policy;
    }

    private static ApprovalPolicy policy(Fields fields, ApprovalTerms terms, Limits limits) {
        String when = fields.tree("when", limits.inlineBytes()).orElse("\"always\"");
        if (when.equals("\"always\"")) {
            return new ApprovalPolicy(ApprovalPolicy.When.ALWAYS, "", terms);
        }
        if (!when.startsWith("{")) {
            fields.refuse(ErrorCode.BAD_FIELD, "when is not always or a rule");
        }
        return new ApprovalPolicy(ApprovalPolicy.When.RULE, when, terms);
    }

    private static ApprovalTerms terms(Fields fields, Limits limits) {
        long escalate = millis(fields, "escalateAfterMs");
        List<String> escalateTo = approvers(fields, "escalateTo", limits);
        if (escalate > 0 == escalateTo.isEmpty()) {
            fields.refuse(ErrorCode.BAD_FIELD, "escalateAfterMs and escalateTo go together");
        }
        return new ApprovalTerms(
                fields.text("reason", REASON_BYTES).orElse(""),
                (int) fields.number("needed", 1, limits.approversPerCall()).orElse(1),
                approvers(fields, "approvers", limits),
                fields.flag("separateDuty"),
                millis(fields, "expiresInMs"),
                fields.choice("onExpiry", ApprovalTerms.OnExpiry.values()).orElse(ApprovalTerms.OnExpiry.FAIL),
                millis(fields, "remindAfterMs"),
                escalate,
                escalateTo);
    }

    private static long millis(Fields fields, String name) {
        return fields.number(name, LEAST_MILLIS, MOST_MILLIS).orElse(0);
    }

    private static List<String> approvers(Fields fields, String name, Limits limits) {
        return fields.names(
                name, limits.approversPerCall(), text -> APPROVER.matcher(text).matches(), "user:NAME or role:NAME");
    }

    static void write(JsonSink out, ApprovalPolicy policy) {
        out.object();
        switch (policy.when()) {
            case NEVER, ALWAYS -> out.field("when", "always");
            case RULE -> Json.embed(out.name("when"), policy.rule());
        }
        ApprovalTerms terms = policy.terms();
        out.field("needed", terms.needed());
        names(out, "approvers", terms.approvers());
        out.optional("separateDuty", terms.separateDuty());
        millis(out, "expiresInMs", terms.expiresMillis());
        out.field("onExpiry", terms.onExpiry().name().toLowerCase(Locale.ROOT));
        millis(out, "remindAfterMs", terms.remindMillis());
        millis(out, "escalateAfterMs", terms.escalateMillis());
        names(out, "escalateTo", terms.escalateTo());
        out.optional("reason", terms.reason()).endObject();
    }

    private static void millis(JsonSink out, String name, long millis) {
        if (millis > 0) {
            out.field(name, millis);
        }
    }

    /** What whoever decides has to know of the terms, in an event or a document. */
    static void terms(JsonSink out, ApprovalTerms terms, String hash, String askedBy) {
        out.field("argumentsHash", hash).optional("reason", terms.reason()).optional("askedBy", askedBy);
        out.field("needed", terms.needed());
        names(out, "approvers", terms.approvers());
        out.optional("separateDuty", terms.separateDuty());
        out.field("onExpiry", terms.onExpiry().name().toLowerCase(Locale.ROOT));
    }

    /** How far a pending approval got. */
    static void pending(JsonSink out, Approval approval) {
        terms(out, approval.terms(), approval.argumentsHash(), approval.askedBy());
        out.name("votes").array();
        approval.votes().forEach(vote -> out.object()
                .field("by", vote.by())
                .field("at", EventJson.time(vote.at()))
                .endObject());
        out.endArray();
        names(out, "delegates", approval.delegates());
        out.optional("escalated", approval.escalated());
        if (approval.escalated()) {
            names(out, "escalatedTo", approval.terms().escalateTo());
        }
        time(out, "remindAt", approval.remindAt());
        time(out, "escalateAt", approval.escalateAt());
    }

    private static void time(JsonSink out, String name, long at) {
        if (at != Long.MAX_VALUE) {
            out.field(name, EventJson.time(at));
        }
    }

    /** Left out when there are none. */
    static void names(JsonSink out, String name, List<String> names) {
        if (!names.isEmpty()) {
            out.name(name).array();
            names.forEach(out::text);
            out.endArray();
        }
    }
}
