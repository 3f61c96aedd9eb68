package dev.sessionmesh.tool.rule;

import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.ApprovalPolicy.When;
import dev.sessionmesh.core.ApprovalTerms;
import java.util.ArrayList;
import java.util.List;

/**
 * What the node says of a tool and what the session says of it, as one policy. The node's is the floor: a session can ask for more people,
 * fewer of those whom the node named, and less time, and never for the opposite.
 */
public final class Tightening {
    private Tightening() {}

    public static ApprovalPolicy of(ApprovalPolicy node, ApprovalPolicy session) {
        if (node.when() == When.NEVER) {
            return session;
        }
        return new ApprovalPolicy(
                either(node.when(), session.when()), rule(node, session), of(node.terms(), session.terms()));
    }

    private static When either(When node, When session) {
        return node == When.ALWAYS || session == When.ALWAYS ? When.ALWAYS : When.RULE;
    }

    private static String rule(ApprovalPolicy node, ApprovalPolicy session) {
        if (either(node.when(), session.when()) == When.ALWAYS) {
            return "";
        }
        return session.when() == When.RULE ? "{\"or\":[" + node.rule() + "," + session.rule() + "]}" : node.rule();
    }

    private static ApprovalTerms of(ApprovalTerms node, ApprovalTerms session) {
        List<String> approvers = narrowed(node.approvers(), session.approvers());
        return new ApprovalTerms(
                node.reason().isEmpty() ? session.reason() : node.reason(),
                Math.max(node.needed(), session.needed()),
                approvers,
                node.separateDuty() || session.separateDuty(),
                sooner(node.expiresMillis(), session.expiresMillis()),
                node.onExpiry(),
                sooner(node.remindMillis(), session.remindMillis()),
                // An escalation lets more people decide: when, and whom, is the node's to say wherever it said who may.
                node.escalateMillis() > 0 || !node.approvers().isEmpty()
                        ? node.escalateMillis()
                        : session.escalateMillis(),
                node.escalateMillis() > 0 || !node.approvers().isEmpty() ? node.escalateTo() : session.escalateTo());
    }

    /** Nobody named means everybody. A session that names none of the node's people would leave nobody to decide: it is not heard. */
    private static List<String> narrowed(List<String> node, List<String> session) {
        if (node.isEmpty() || session.isEmpty()) {
            return node.isEmpty() ? session : node;
        }
        List<String> both = new ArrayList<>(node);
        both.retainAll(session);
        return both.isEmpty() ? node : both;
    }

    /** Zero is the mesh's own time, or never. */
    private static long sooner(long node, long session) {
        return node == 0 || session == 0 ? Math.max(node, session) : Math.min(node, session);
    }
}
