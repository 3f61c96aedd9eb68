package dev.sessionmesh.gateway;

import dev.sessionmesh.access.quota.Party;
import dev.sessionmesh.access.quota.Use;
import dev.sessionmesh.gateway.http.Turnstile;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends connections on which a request takes for ever to arrive, byte by byte so that they never look idle, and counts those that are open against their address. A
 * connection that became a WebSocket is watched by its heartbeat instead. Belongs to one event loop.
 */
final class Patience {
    /**
     * @param firstMs until the first request's head is complete
     * @param nextMs from the end of an answer until the next one's is
     * @param bodyMs from a head until its body is complete
     */
    record Times(long firstMs, long nextMs, long bodyMs) {
        static final Times USUAL = new Times(15_000, 60_000, 60_000);
    }

    private static final long MILLI = 1_000_000;

    private final Times times;
    private final Turnstile turnstile;
    private final Map<HttpConnection, Awaited> awaited = new HashMap<>();

    Patience(Times times, Turnstile turnstile) {
        this.times = times;
        this.turnstile = turnstile;
    }

    /** Something was connected; it is closed at once when its address has too many. */
    void connected(HttpConnection connection, long now) {
        Optional<Party> peer = turnstile.peer(connection.remoteAddress());
        if (peer.flatMap(party -> party.enter(Use.SOCKET)).isPresent()) {
            connection.close();
            return;
        }
        awaited.put(connection, new Awaited(peer, now + times.firstMs * MILLI));
        connection.closeHandler(closed -> forget(connection));
    }

    /** The head of a request is complete. */
    void asked(HttpServerRequest request, long now) {
        Awaited here = awaited.get(request.connection());
        if (here != null) {
            here.request = request;
            here.until = now + times.bodyMs * MILLI;
        }
    }

    /** It is gone, or no HTTP any more. */
    void forget(HttpConnection connection) {
        Awaited gone = awaited.remove(connection);
        if (gone != null) {
            gone.peer.ifPresent(party -> party.leave(Use.SOCKET));
        }
    }

    /** Ends what has been waited for too long. To be called now and then. */
    void sweep(long now) {
        for (Map.Entry<HttpConnection, Awaited> entry : List.copyOf(awaited.entrySet())) {
            if (entry.getValue().isLate(now, times.nextMs * MILLI)) {
                entry.getKey().close();
            }
        }
    }

    int size() {
        return awaited.size();
    }

    private static final class Awaited {
        final Optional<Party> peer;
        /** Until when the head, or the body, must be there. */
        long until;

        @Nullable
        HttpServerRequest request;

        Awaited(Optional<Party> peer, long until) {
            this.peer = peer;
            this.until = until;
        }

        boolean isLate(long now, long untilNext) {
            HttpServerRequest asked = request;
            if (asked == null) {
                return now - until > 0;
            }
            if (asked.response().ended() || asked.response().closed()) {
                request = null;
                until = now + untilNext;
                return false;
            }
            // What is complete may be answered for as long as it takes: an event stream never ends.
            return !asked.isEnded() && now - until > 0;
        }
    }
}
