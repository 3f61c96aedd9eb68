package dev.sessionmesh.gateway.http;

import dev.sessionmesh.core.session.PendingApproval;
import dev.sessionmesh.inbox.InboxBus;
import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** What waits for approval, as a test says. */
final class WaitingList implements InboxBus {
    volatile List<PendingApproval> pending = List.of();

    @Override
    public Future<Void> join(Loop at, Function<String, List<PendingApproval>> own, Consumer<String> changed) {
        return Future.succeededFuture();
    }

    @Override
    public Future<List<PendingApproval>> ask(String tenant) {
        return Future.succeededFuture(pending.stream()
                .filter(one -> one.key().tenant().equals(tenant))
                .sorted(PendingApproval::byAge)
                .toList());
    }

    @Override
    public void changed(String tenant) {}
}
