package dev.sessionmesh.inbox;

import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.session.PendingApproval;

/** Somebody who may decide. */
public record Viewer(String tenant, Origin origin, Access access) {
    public boolean decides(PendingApproval pending) {
        return access.permits(pending.key(), Access.Action.APPROVE)
                && access.permits(pending.key(), Access.Action.READ)
                && pending.approval().mayDecide(origin);
    }
}
