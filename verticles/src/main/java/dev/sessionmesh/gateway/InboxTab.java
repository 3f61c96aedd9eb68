package dev.sessionmesh.gateway;

import dev.sessionmesh.codec.json.InboxJson;
import dev.sessionmesh.core.session.PendingApproval;
import dev.sessionmesh.inbox.Inbox;
import dev.sessionmesh.inbox.Viewer;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Somebody who follows what waits for his decision. Like every tab it is no queue: it remembers what was shown, and when the channel
 * takes more, it shows how that differs from what is. Confined to its context.
 */
public final class InboxTab {
    private final Inbox inbox;
    private final Viewer viewer;
    private final TabChannel channel;
    private final Context context;
    private final Inbox.Listener listener;
    private final Map<String, PendingApproval> shown = new LinkedHashMap<>();
    private List<PendingApproval> latest = List.of();
    private boolean known;
    private boolean begun;
    private boolean sending;
    private boolean closed;

    public InboxTab(Inbox inbox, Viewer viewer, TabChannel channel, Context context) {
        this.inbox = inbox;
        this.viewer = viewer;
        this.channel = channel;
        this.context = context;
        this.listener = all -> context.runOnContext(now -> changed(all));
    }

    public void start() {
        inbox.follow(viewer.tenant(), listener);
    }

    public void close() {
        closed = true;
        inbox.unfollow(viewer.tenant(), listener);
    }

    private void changed(List<PendingApproval> all) {
        latest = all.stream().filter(viewer::decides).toList();
        known = true;
        pump();
    }

    /** Shows what is new, if the channel takes it. */
    public void pump() {
        if (closed || !known || sending || !channel.writable()) {
            return;
        }
        List<PendingApproval> now = latest;
        List<PendingApproval> page = now.stream().limit(Inbox.MOST).toList();
        List<PendingApproval> fresh =
                page.stream().filter(one -> !one.equals(shown.get(one.id()))).toList();
        List<String> ids = page.stream().map(PendingApproval::id).toList();
        List<PendingApproval> gone = new ArrayList<>(shown.values());
        gone.removeIf(one -> ids.contains(one.id()));
        if (begun && fresh.isEmpty() && gone.isEmpty()) {
            return;
        }
        sending = true;
        inbox.entries(fresh)
                .onComplete(done -> context.runOnContext(then -> {
                    sending = false;
                    if (!closed && done.succeeded()) {
                        int more = now.size() - page.size();
                        send(begun ? InboxJson.change(done.result(), gone, more) : InboxJson.full(done.result(), more));
                        begun = true;
                        gone.forEach(one -> shown.remove(one.id()));
                        fresh.forEach(one -> shown.put(one.id(), one));
                        pump();
                    }
                }));
    }

    private void send(byte[] frame) {
        channel.send(WireFrame.signal(frame));
    }
}
