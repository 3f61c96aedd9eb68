package dev.sessionmesh.inbox;

import dev.sessionmesh.codec.json.InboxJson;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.port.SessionStore.Slice;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.PendingApproval;
import dev.sessionmesh.routing.SessionService;
import io.vertx.core.Future;
import java.util.List;

/** What is to be decided about, read from the one place in the log that holds it. */
final class Arguments {
    private final SessionService service;

    Arguments(SessionService service) {
        this.service = service;
    }

    Future<List<InboxJson.Entry>> of(List<PendingApproval> pending) {
        List<Future<InboxJson.Entry>> entries = pending.stream()
                .map(one -> arguments(one).map(found -> new InboxJson.Entry(one, found)))
                .toList();
        return Future.all(entries)
                .map(all -> entries.stream().map(Future::result).toList());
    }

    private Future<Payload> arguments(PendingApproval one) {
        long before = one.approval().argumentsSeq() - 1;
        return service.read(Access.ALL, one.key(), before, 1)
                .map(outcome -> outcome instanceof Outcome.Done<Slice>(Slice slice) ? find(slice, one) : Payload.EMPTY)
                .otherwise(Payload.EMPTY);
    }

    private static Payload find(Slice slice, PendingApproval one) {
        for (EventBatch batch : slice.batches()) {
            for (Event event : batch.events()) {
                if (event instanceof Event.ApprovalEdited edited
                        && edited.argumentsHash().equals(one.approval().argumentsHash())
                        && edited.callId().equals(one.call().id())) {
                    return edited.arguments();
                }
                if (event instanceof Event.ApprovalRequested asked
                        && asked.argumentsHash().equals(one.approval().argumentsHash())
                        && asked.callId().equals(one.call().id())) {
                    return asked.arguments();
                }
            }
        }
        return Payload.EMPTY;
    }
}
