package dev.sessionmesh.inbox;

import dev.sessionmesh.core.session.PendingApproval;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Those of a node who follow a tenant's inbox. One question is under way at a time; what changes meanwhile makes another one. */
final class TenantInbox {
    private final Set<Inbox.Listener> listeners = new LinkedHashSet<>();
    private boolean asking;
    private boolean again;

    void add(Inbox.Listener listener) {
        listeners.add(listener);
    }

    /** Whether nobody is left. */
    boolean remove(Inbox.Listener listener) {
        listeners.remove(listener);
        return listeners.isEmpty();
    }

    boolean mayAsk() {
        again = asking;
        boolean free = !asking;
        asking = true;
        return free;
    }

    /** Whether to ask once more, as something changed since it was asked. */
    boolean answered(List<PendingApproval> all, boolean known) {
        asking = false;
        if (known) {
            List.copyOf(listeners).forEach(listener -> listener.pending(all));
        }
        return again;
    }
}
