package dev.sessionmesh.inbox;

import dev.sessionmesh.codec.json.InboxJson;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.PendingApproval;
import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.loop.Loops;
import dev.sessionmesh.routing.OwnedSessions;
import dev.sessionmesh.routing.SessionService;
import dev.sessionmesh.telemetry.metrics.Level;
import dev.sessionmesh.telemetry.metrics.Metrics;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All that waits for somebody's approval, across the sessions of a tenant and the nodes that own them. Nothing is kept for it: each
 * node knows what waits in its own sessions, and is asked. Whoever follows is told of changes at once, as nodes say that
 * something changed, and every few seconds in case such a word was lost.
 */
public final class Inbox {
    /** Most entries shown at a time. */
    public static final int MOST = 200;

    private static final long CHANGES_TOGETHER_MILLIS = 50;
    private static final long REFRESH_MILLIS = 5_000;

    private final Loop loop;
    private final OwnedSessions sessions;
    private final InboxBus bus;
    private final Arguments arguments;
    private final Set<String> changed = new HashSet<>();
    private final Map<String, TenantInbox> followed = new HashMap<>();
    private final Level viewers;

    public Inbox(Loops loops, OwnedSessions sessions, InboxBus bus, SessionService service) {
        this(loops, sessions, bus, service, Metrics.unread());
    }

    public Inbox(Loops loops, OwnedSessions sessions, InboxBus bus, SessionService service, Metrics metrics) {
        this.viewers = metrics.level("sessionmesh_inbox_viewers");
        this.loop = loops.create();
        this.sessions = sessions;
        this.bus = bus;
        this.arguments = new Arguments(service);
    }

    /** Begins to answer other nodes; may be called again when it failed. */
    public Future<Void> start() {
        sessions.onApprovals(key -> loop.execute(() -> changedHere(key.tenant())));
        return bus.join(loop, this::own, this::refresh)
                .onSuccess(joined -> loop.every(REFRESH_MILLIS, this::lookAgain));
    }

    /** Members came or went, and with them what they own. */
    public void lookAgain() {
        loop.execute(() -> List.copyOf(followed.keySet()).forEach(this::refresh));
    }

    /** What waits for the viewer's decision, oldest first. */
    public Future<List<PendingApproval>> list(Viewer viewer) {
        return bus.ask(viewer.tenant())
                .map(all -> all.stream().filter(viewer::decides).toList());
    }

    /** The same, with what is to be decided about. */
    public Future<List<InboxJson.Entry>> entries(List<PendingApproval> pending) {
        return arguments.of(pending.stream().limit(MOST).toList());
    }

    /**
     * Tells of what waits, now and whenever that changes.
     *
     * @param listener called on the inbox's own loop with all that waits in the tenant's sessions
     */
    public void follow(String tenant, Listener listener) {
        viewers.up();
        loop.execute(() -> {
            followed.computeIfAbsent(tenant, name -> new TenantInbox()).add(listener);
            refresh(tenant);
        });
    }

    public void unfollow(String tenant, Listener listener) {
        viewers.down();
        loop.execute(() -> followed.computeIfPresent(tenant, (name, inbox) -> inbox.remove(listener) ? null : inbox));
    }

    /** Told of all that waits in a tenant's sessions. */
    public interface Listener {
        void pending(List<PendingApproval> all);
    }

    private List<PendingApproval> own(String tenant) {
        return sessions.waiting().stream()
                .filter(key -> key.tenant().equals(tenant))
                .flatMap(this::own)
                .toList();
    }

    private Stream<PendingApproval> own(SessionKey key) {
        return sessions.owned(key).stream()
                .flatMap(state -> state.calls().stream())
                .flatMap(call -> call.approval().stream().map(approval -> new PendingApproval(key, call, approval)));
    }

    private void changedHere(String tenant) {
        if (changed.isEmpty()) {
            loop.after(CHANGES_TOGETHER_MILLIS, () -> {
                List.copyOf(changed).forEach(bus::changed);
                changed.clear();
            });
        }
        changed.add(tenant);
    }

    private void refresh(String tenant) {
        TenantInbox inbox = followed.get(tenant);
        if (inbox != null && inbox.mayAsk()) {
            bus.ask(tenant)
                    .onComplete(done -> loop.execute(() -> {
                        if (inbox.answered(done.succeeded() ? done.result() : List.of(), done.succeeded())) {
                            refresh(tenant);
                        }
                    }));
        }
    }
}
