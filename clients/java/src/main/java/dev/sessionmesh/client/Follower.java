package dev.sessionmesh.client;

import dev.sessionmesh.client.Link.Phase;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Follows one session, apart from any transport: fed with what happens to connections, drained for {@link Effect}s. Time comes
 * with every input, randomness is handed in.
 *
 * <p>There is one <em>feed</em> at a time, the only connection whose events count. On {@code goaway} a <em>next</em> connection is
 * opened beside it; when it is open, the position is handed over: the attach goes out on it, and the old one, now
 * <em>leaving</em>, only delivers answers until the new one is attached. So nothing is seen twice and nothing is missed.
 */
final class Follower {

    private static final long NEVER = Long.MAX_VALUE;
    private static final String UNAUTHORIZED = "unauthorized";

    private final String session;
    private final ClientOptions options;
    private final Backoff backoff;
    private final Cursor cursor;
    private final Outbox outbox;
    private final Admittance admittance;
    private final OwnPresence presence;
    private final ArrayDeque<Effect> effects = new ArrayDeque<>();

    private @Nullable Link feed;
    private @Nullable Link next;
    private @Nullable Link leaving;
    private int links;
    private int node;
    private long connectAtMs = NEVER;
    private long followingSinceMs;
    private boolean ended;

    Follower(String session, Position from, ClientOptions options, RandomGenerator random) {
        this.session = session;
        this.options = options;
        this.backoff = new Backoff(options.limits(), random);
        this.cursor = new Cursor(from);
        this.admittance = new Admittance(options.renewable());
        this.outbox = new Outbox(session, options, random);
        this.presence = new OwnPresence(session);
    }

    @Nullable
    Effect poll() {
        return effects.poll();
    }

    Position position() {
        return cursor.position();
    }

    /** When {@link #wake} wants to be called at the latest. */
    long wakeAtMs() {
        boolean attached = feed != null && feed.attached();
        long linksWake = links().mapToLong(link -> link.wakeAtMs(outbox.awaiting()))
                .min()
                .orElse(NEVER);
        long presenceWake = attached ? presence.wakeAtMs() : NEVER;
        return Math.min(Math.min(connectAtMs, linksWake), Math.min(outbox.wakeAtMs(attached), presenceWake));
    }

    void start(long nowMs) {
        connectAtMs = nowMs;
        wake(nowMs);
    }

    void submit(Object handle, Command command, long nowMs) {
        if (ended) {
            effects.add(new Effect.Failed(handle, SessionmeshException.closed("the tab has ended")));
            return;
        }
        outbox.add(handle, command, nowMs).ifPresent(why -> effects.add(new Effect.Failed(handle, why)));
        flush(nowMs);
    }

    /** What the tab says of itself changes. */
    void present(Consumer<OwnPresence> change, long nowMs) {
        change.accept(presence);
        flush(nowMs);
    }

    /** A snapshot is wanted in place of what was seen, unless one arrives. */
    void refresh(long nowMs) {
        Link link = feed;
        if (link == null || link.phase != Phase.SNAPSHOT) {
            cursor.refresh();
            renewFeed(nowMs);
        }
    }

    void opened(int linkId, long nowMs) {
        Link link = find(linkId);
        if (link == null) {
            return;
        }
        link.heard(nowMs);
        if (link == next) {
            closeLeaving();
            leaving = feed;
            feed = next;
            next = null;
        }
        attach(link, nowMs);
    }

    /** A sign of life that is not a frame of ours. */
    void heard(int linkId, long nowMs) {
        Link link = find(linkId);
        if (link != null) {
            link.heard(nowMs);
        }
    }

    void received(int linkId, String text, long nowMs) {
        Link link = find(linkId);
        if (link == null) {
            return;
        }
        link.heard(nowMs);
        try {
            receive(link, FrameReader.read(FrameReader.parse(text)), nowMs);
        } catch (FrameReader.BadFrame e) {
            effects.add(new Effect.Violation(e.what));
            drop(link, "bad frame", nowMs);
        }
    }

    private void receive(Link link, Frame frame, long nowMs) {
        switch (frame) {
            case Frame.Welcome welcome -> {
                link.heartbeat(welcome.heartbeatMs());
                link.welcomed = true;
                admittance.accepted(link, welcome.expiresInMs(), nowMs);
                effects.add(new Effect.Deliver(welcome));
            }
            case Frame.Authenticated renewed -> admittance.accepted(link, renewed.expiresInMs(), nowMs);
            case Ack ack -> {
                outbox.acked(ack).ifPresent(effects::add);
                flush(nowMs);
            }
            case Frame.Refused refused
            when refused.id().isPresent() -> {
                outbox.refused(refused, nowMs).ifPresent(effects::add);
                if (refused.code().equals(Outbox.ID_EXPIRED)) {
                    cursor.forgetClient(refused.id().get());
                    renewFeed(nowMs);
                }
                flush(nowMs);
            }
            case Frame.GoAway goAway
            when link == feed -> {
                effects.add(new Effect.Deliver(goAway));
                moveElsewhere(link, nowMs);
            }
            case Frame.Logged logged when link == feed -> logged(link, logged, nowMs);
            case Frame.Signal signal when link == feed -> signal(link, signal, nowMs);
            case Frame.Logged late -> {} // a connection that is not the feed: the feed brings this event again
            case Frame.Signal late -> {}
        }
    }

    private void logged(Link link, Frame.Logged frame, long nowMs) {
        if (!frame.session().equals(session)) {
            effects.add(new Effect.Violation("an event of session " + frame.session() + ", which is not followed"));
            return;
        }
        switch (link.phase) {
            case FOLLOWING ->
                cursor.advance(frame)
                        .ifPresentOrElse(
                                broken -> reattach(link, broken, nowMs), () -> effects.add(new Effect.Deliver(frame)));
            case CONNECTING, ATTACHING -> effects.add(new Effect.Violation("an event before attached: " + frame.seq()));
            case SNAPSHOT -> reattach(link, "an event amid the snapshot: " + frame.seq(), nowMs);
            case DETACHING -> {} // on its way before the detach arrived
        }
    }

    private void signal(Link link, Frame.Signal signal, long nowMs) {
        switch (signal) {
            case Frame.Attached attached -> attached(link, attached, nowMs);
            case Frame.Message message -> {
                if (link.phase == Phase.SNAPSHOT) {
                    effects.add(new Effect.Deliver(message));
                    if (--link.snapshotLeft == 0) {
                        cursor.snapshotComplete();
                        link.enter(Phase.FOLLOWING, NEVER);
                        renewFeed(nowMs);
                    } else {
                        // It may be long and the network slow: it is given up only when it stands still.
                        link.enter(Phase.SNAPSHOT, attachEnds(nowMs));
                    }
                } else if (link.phase != Phase.DETACHING) {
                    effects.add(new Effect.Violation("a snapshot message outside a snapshot"));
                }
            }
            case Frame.Refused refused -> {
                if (!link.welcomed && refused.code().equals(UNAUTHORIZED)) {
                    return; // it closes the connection, too
                }
                if (link.phase == Phase.ATTACHING || link.phase == Phase.DETACHING) {
                    attachRefused(link, refused, nowMs);
                } else {
                    effects.add(new Effect.Deliver(refused));
                }
            }
            case Frame.Detached detached -> {
                if (link.phase == Phase.DETACHING) {
                    attach(link, nowMs);
                } else {
                    drop(link, "detached by the server", nowMs);
                }
            }
            case Frame.Pong pong -> {} // heard() is all it is for
            case Frame.Recovering _, Frame.ToolProgress _, Presence _, Frame.UnknownSignal _ ->
                effects.add(new Effect.Deliver(signal));
            case Ack _, Frame.Welcome _, Frame.Authenticated _, Frame.GoAway _ ->
                throw new IllegalStateException("handled before: " + signal);
        }
    }

    private void attached(Link link, Frame.Attached attached, long nowMs) {
        if (link.phase != Phase.ATTACHING || !attached.session().equals(session)) {
            effects.add(new Effect.Violation("attached to " + attached.session() + " without having asked"));
            return;
        }
        link.snapshotLeft = cursor.attached(attached);
        link.enter(
                link.snapshotLeft > 0 ? Phase.SNAPSHOT : Phase.FOLLOWING,
                link.snapshotLeft > 0 ? attachEnds(nowMs) : NEVER);
        followingSinceMs = nowMs;
        closeLeaving();
        effects.add(new Effect.Following(link.node, attached));
        effects.add(new Effect.Deliver(attached));
        outbox.attached(attached.client(), nowMs);
        presence.attached(attached.snapshot().map(Frame.Snapshot::seq).orElseGet(cursor::last), nowMs);
        renewFeed(nowMs);
        flush(nowMs);
    }

    /** Only an attach brings a new client id, or a snapshot that was asked for. */
    private void renewFeed(long nowMs) {
        Link link = feed;
        if (link == null || link.phase != Phase.FOLLOWING) {
            return;
        }
        if (cursor.clientForgotten() || cursor.stale()) {
            effects.add(new Effect.Lost(
                    cursor.stale() ? "a snapshot was asked for" : "the session has forgotten this client"));
            detach(link, nowMs);
        }
    }

    private void attachRefused(Link link, Frame.Refused refused, long nowMs) {
        if (refused.retryable()) {
            drop(link, "attach refused: " + refused.code(), nowMs);
            connectAtMs = Math.max(connectAtMs, nowMs + refused.retryAfterMs());
        } else {
            end(SessionmeshException.refused(refused));
        }
    }

    void closed(int linkId, int code, String why, long nowMs) {
        Link link = find(linkId);
        if (link == null) {
            return;
        }
        if (link == leaving) {
            leaving = null;
        } else if (link == next) {
            next = null;
            tryNextNode(nowMs);
        } else if (link.open() && admittance.isFinal(link, code)) {
            feed = null;
            end(SessionmeshException.closed("the server closed the connection: " + code + " " + why));
        } else {
            lostFeed(link, why, nowMs);
        }
    }

    /** What was asked for with {@link Effect.AskToken}. */
    void token(int linkId, String token) {
        if (find(linkId) != null) {
            effects.add(new Effect.Authenticate(linkId, token));
        }
    }

    private void lostFeed(Link link, String why, long nowMs) {
        if (link.attached()) {
            effects.add(new Effect.Lost(why));
            calmDown(nowMs);
        }
        closeLeaving();
        feed = next;
        next = null;
        if (feed == null) {
            tryNextNode(nowMs);
        }
    }

    void wake(long nowMs) {
        for (Link link : links().toList()) {
            if (link.dead(nowMs)) {
                drop(link, "silent", nowMs);
            } else if (link.shouldPing(outbox.awaiting(), nowMs)) {
                effects.add(new Effect.Send(
                        link.id, new JsonObject().put("type", "ping").put("id", "p" + link.id)));
            }
            if (link.open() && link.renewal.due(nowMs)) {
                effects.add(new Effect.AskToken(link.id));
            }
        }
        effects.addAll(outbox.expire(nowMs));
        if (nowMs >= connectAtMs) {
            connectAtMs = NEVER;
            connect(nowMs);
        }
        flush(nowMs);
    }

    void stop() {
        end(SessionmeshException.closed("the tab was closed"));
    }

    private void connect(long nowMs) {
        List<URI> nodes = options.nodes();
        Link link = new Link(++links, nodes.get(node % nodes.size()), options.limits(), nowMs);
        if (feed == null) {
            feed = link;
        } else {
            next = link;
        }
        effects.add(new Effect.Connect(link.id, link.node));
    }

    /** Leaves a node that drains: at once, but with back-off when one after the other does so. */
    private void moveElsewhere(Link drained, long nowMs) {
        if (next == null && connectAtMs == NEVER) {
            if (drained.attached()) {
                calmDown(nowMs);
            }
            boolean first = backoff.fresh();
            long delayMs = backoff.nextDelayMs();
            node++;
            connectAtMs = first ? nowMs : nowMs + delayMs;
            wake(nowMs);
        }
    }

    /** A connection that held for long starts the back-off afresh. */
    private void calmDown(long nowMs) {
        if (nowMs - followingSinceMs >= options.limits().backoffCap().toMillis()) {
            backoff.succeeded();
        }
    }

    private void closeLeaving() {
        if (leaving != null) {
            effects.add(new Effect.Close(leaving.id, "position handed over"));
            leaving = null;
        }
    }

    private void tryNextNode(long nowMs) {
        if (connectAtMs == NEVER) {
            node++;
            connectAtMs = nowMs + backoff.nextDelayMs();
        }
    }

    private void attach(Link link, long nowMs) {
        link.enter(Phase.ATTACHING, attachEnds(nowMs));
        JsonObject frame = cursor.attachFrame(session);
        options.device().ifPresent(device -> frame.put("device", device));
        effects.add(new Effect.Send(link.id, frame));
    }

    private void reattach(Link link, String why, long nowMs) {
        effects.add(new Effect.Violation(why));
        effects.add(new Effect.Lost(why));
        detach(link, nowMs);
    }

    private void detach(Link link, long nowMs) {
        link.enter(Phase.DETACHING, attachEnds(nowMs));
        effects.add(
                new Effect.Send(link.id, new JsonObject().put("type", "detach").put("session", session)));
    }

    private void drop(Link link, String why, long nowMs) {
        effects.add(new Effect.Close(link.id, why));
        closed(link.id, CloseCode.LOST, why, nowMs);
    }

    private void end(SessionmeshException why) {
        if (ended) {
            return;
        }
        ended = true;
        links().forEach(link -> effects.add(new Effect.Close(link.id, "done")));
        feed = null;
        next = null;
        leaving = null;
        connectAtMs = NEVER;
        effects.addAll(outbox.abandon(why));
        effects.add(new Effect.Ended(why));
    }

    private void flush(long nowMs) {
        Link link = feed;
        if (link != null && link.attached() && !cursor.clientForgotten()) {
            outbox.due(nowMs).forEach(frame -> effects.add(new Effect.Send(link.id, frame)));
            presence.due(nowMs).forEach(frame -> effects.add(new Effect.Send(link.id, frame)));
        }
    }

    private long attachEnds(long nowMs) {
        return nowMs + options.limits().attachTimeout().toMillis();
    }

    private @Nullable Link find(int linkId) {
        return links().filter(link -> link.id == linkId).findFirst().orElse(null);
    }

    private Stream<Link> links() {
        return Stream.of(feed, next, leaving).filter(Objects::nonNull);
    }
}
