package dev.sessionmesh.inbox;

import dev.sessionmesh.core.session.PendingApproval;
import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** How the nodes tell each other what waits for approval. Best effort: whoever asks hears of most, and asks again. */
public interface InboxBus {
    /**
     * Answers for the sessions of this node from now on, and hears of changes on all nodes; may be called again when it failed.
     *
     * @param own what waits here, by tenant; called on {@code at}
     * @param changed told of a tenant, on {@code at}
     */
    Future<Void> join(Loop at, Function<String, List<PendingApproval>> own, Consumer<String> changed);

    /** What waits in sessions of a tenant on the nodes that answer in time. */
    Future<List<PendingApproval>> ask(String tenant);

    /** Tells every node that something changed. */
    void changed(String tenant);
}
