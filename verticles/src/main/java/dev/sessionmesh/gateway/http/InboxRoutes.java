package dev.sessionmesh.gateway.http;

import dev.sessionmesh.codec.json.InboxJson;
import dev.sessionmesh.core.session.PendingApproval;
import dev.sessionmesh.gateway.InboxTab;
import dev.sessionmesh.inbox.Inbox;
import dev.sessionmesh.inbox.Viewer;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** What waits for the caller's decision in any session: as a list, and as a stream. */
final class InboxRoutes {
    private final Inbox inbox;
    private final EventStreams streams;

    InboxRoutes(Inbox inbox, EventStreams streams) {
        this.inbox = inbox;
        this.streams = streams;
    }

    void list(RoutingContext call) {
        Viewer viewer = viewer(AccessRoutes.caller(call));
        inbox.list(viewer)
                .compose(pending -> inbox.entries(pending).map(entries -> document(pending, entries)))
                .onSuccess(document -> Answers.json(call, 200, document))
                .onFailure(call::fail);
    }

    void follow(RoutingContext call) {
        Identity.Caller caller = AccessRoutes.caller(call);
        streams.follow(
                call,
                caller,
                channel -> new InboxTab(
                        inbox, viewer(caller), channel, call.vertx().getOrCreateContext()));
    }

    private static byte[] document(List<PendingApproval> pending, List<InboxJson.Entry> entries) {
        return InboxJson.document(entries, pending.size() - entries.size());
    }

    private static Viewer viewer(Identity.Caller caller) {
        return new Viewer(caller.tenant(), caller.origin(), caller.access());
    }
}
