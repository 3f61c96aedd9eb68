package dev.sessionmesh.core.session;

import dev.sessionmesh.core.SessionKey;

/** A tool call that waits for somebody's approval, wherever that is. */
public record PendingApproval(SessionKey key, ToolCall call, Approval approval) {
    /** Oldest first, so that whoever works through them is fair. */
    public static int byAge(PendingApproval one, PendingApproval other) {
        int byTime = Long.compare(one.approval.requestedAt(), other.approval.requestedAt());
        return byTime != 0 ? byTime : one.id().compareTo(other.id());
    }

    /** Names it within its tenant. */
    public String id() {
        return key.id() + "/" + call.id();
    }
}
