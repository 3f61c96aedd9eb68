package dev.sessionmesh.core.session;

import dev.sessionmesh.core.ApprovalTerms;
import java.nio.charset.StandardCharsets;

/**
 * Keeps the state small: the names and reasons of all approvals that wait in a session have a bound together, as each of them alone
 * may be long (docs/limits.md).
 */
final class PendingNames {
    static final int MOST_BYTES = 16_384;
    /** What a vote will take, more or less. */
    private static final int VOTE_BYTES = 48;

    private PendingNames() {}

    /** Whether so much more would be too much. */
    static boolean full(State state, int moreBytes) {
        int bytes = moreBytes;
        for (ToolCall call : state.calls()) {
            bytes += call.approval().map(PendingNames::bytes).orElse(0);
        }
        return bytes > MOST_BYTES;
    }

    static int bytes(ApprovalTerms terms) {
        int bytes = utf8(terms.reason()) + terms.needed() * VOTE_BYTES;
        for (String approver : terms.approvers()) {
            bytes += utf8(approver);
        }
        for (String approver : terms.escalateTo()) {
            bytes += utf8(approver);
        }
        return bytes;
    }

    private static int bytes(Approval approval) {
        int bytes = bytes(approval.terms());
        for (String delegate : approval.delegates()) {
            bytes += utf8(delegate);
        }
        return bytes;
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
