package dev.sessionmesh.gateway.http;

import dev.sessionmesh.access.quota.Allowance;
import dev.sessionmesh.codec.json.ServerJson;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.gateway.Hub;
import dev.sessionmesh.gateway.InboxTab;
import dev.sessionmesh.gateway.TabChannel;
import dev.sessionmesh.gateway.WireFrame;
import dev.sessionmesh.presence.Attendance;
import dev.sessionmesh.presence.Presence;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** The event streams of one event loop: kept alive by comments, and sent elsewhere when the node drains. */
final class EventStreams {
    private static final long CHECK_MILLIS = 500;

    private final Hub hub;
    private final Presence presence;
    private final Turnstile turnstile;
    private final BooleanSupplier draining;
    /** With what says whether the client may still follow. */
    private final Map<EventStream, BooleanSupplier> open = new LinkedHashMap<>();

    private boolean watching;

    /** Belongs to the event loop it is made on. */
    EventStreams(Hub hub, Presence presence, Turnstile turnstile, BooleanSupplier draining) {
        this.hub = hub;
        this.presence = presence;
        this.turnstile = turnstile;
        this.draining = draining;
    }

    /** Follows a session until the client goes, or the session does. */
    void follow(RoutingContext call, Identity.Caller caller, SessionKey key) {
        Hub.Begin begin = EventStream.begin(call.request());
        String device = Query.device(call);
        EventStream stream = new EventStream(call.response(), hub.limits().tabWindowBytes());
        Answers.when(call, hub.attach(caller.access(), key, begin, stream), attachment -> {
            boolean permitted = caller.access().permits(key, Access.Action.READ);
            if (call.response().closed() || !permitted) {
                attachment.tab().close();
                if (!permitted) {
                    Answers.refuse(call, ErrorCode.FORBIDDEN, "not granted: read");
                }
                return;
            }
            Optional<Allowance> place = turnstile.place(call);
            if (place.isEmpty()) {
                attachment.tab().close();
                return;
            }
            watch(call.vertx());
            opened(stream, () -> caller.access().permits(key, Access.Action.READ));
            stream.start(attachment, () -> {
                closed(stream);
                place.get().leave();
            });
            Attendance here = presence.join(
                    key, UUID.randomUUID().toString(), caller.origin().actor(), device);
            attachment.tab().onClose(here::leave);
        });
    }

    /** Follows what waits for the caller's decision, until the client goes. */
    void follow(RoutingContext call, Identity.Caller caller, Function<TabChannel, InboxTab> inbox) {
        Optional<Allowance> place = turnstile.place(call);
        if (place.isEmpty()) {
            return;
        }
        EventStream stream = new EventStream(call.response(), hub.limits().tabWindowBytes());
        InboxTab tab = inbox.apply(stream);
        watch(call.vertx());
        opened(stream, caller.access()::isValid);
        stream.open(tab::pump, () -> {
            closed(stream);
            place.get().leave();
            tab.close();
        });
        tab.start();
    }

    private void opened(EventStream stream, BooleanSupplier permitted) {
        open.put(stream, permitted);
        hub.meters().eventStreams().up();
    }

    private void closed(EventStream stream) {
        open.remove(stream);
        hub.meters().eventStreams().down();
    }

    /** From the first stream on. */
    private void watch(Vertx vertx) {
        if (!watching) {
            watching = true;
            vertx.setPeriodic(
                    hub.limits().heartbeat().toMillis(), timer -> open.keySet().forEach(EventStream::beat));
            vertx.setPeriodic(CHECK_MILLIS, timer -> {
                sendElsewhere();
                endForbidden();
            });
        }
    }

    /**
     * Ends the streams of a draining node. Their browsers come back in a moment, and by then get another node; a new stream is not
     * refused, as browsers never return from a refusal.
     */
    private void sendElsewhere() {
        if (draining.getAsBoolean()) {
            WireFrame goaway = WireFrame.signal(ServerJson.goaway(ServerJson.Leaving.DRAINING, 0));
            List.copyOf(open.keySet()).forEach(stream -> {
                stream.send(goaway);
                stream.end();
            });
        }
    }

    /** A browser that comes back with what has expired or was taken back is refused by the status. */
    private void endForbidden() {
        Map.copyOf(open).forEach((stream, permitted) -> {
            if (!permitted.getAsBoolean()) {
                hub.meters().errors().increment(ErrorCode.UNAUTHORIZED);
                stream.send(WireFrame.signal(ServerJson.error(
                        ErrorCode.UNAUTHORIZED,
                        "expired or taken back",
                        Optional.empty(),
                        Optional.empty(),
                        Map.of(),
                        0)));
                stream.end();
            }
        });
    }
}
