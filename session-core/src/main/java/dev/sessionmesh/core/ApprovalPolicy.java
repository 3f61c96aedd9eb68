package dev.sessionmesh.core;

/**
 * When a call of a tool needs a person's approval, and on which terms.
 *
 * @param rule JSON Logic over {@code {"arguments": ...}}, as JSON text: needed when it says true; empty unless {@link When#RULE}
 */
public record ApprovalPolicy(When when, String rule, ApprovalTerms terms) {
    public enum When {
        NEVER,
        ALWAYS,
        RULE
    }

    public static final ApprovalPolicy NEVER = new ApprovalPolicy(When.NEVER, "", ApprovalTerms.DEFAULT);
    public static final ApprovalPolicy ALWAYS = new ApprovalPolicy(When.ALWAYS, "", ApprovalTerms.DEFAULT);

    public ApprovalPolicy {
        if (rule.isEmpty() == (when == When.RULE)) {
            throw new IllegalArgumentException("a rule, and only a rule, has a text");
        }
    }
}
