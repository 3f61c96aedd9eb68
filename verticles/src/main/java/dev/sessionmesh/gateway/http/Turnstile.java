package dev.sessionmesh.gateway.http;

import dev.sessionmesh.access.quota.Allowance;
import dev.sessionmesh.access.quota.Party;
import dev.sessionmesh.access.quota.Proxies;
import dev.sessionmesh.access.quota.Quotas;
import dev.sessionmesh.access.quota.TooMuch;
import dev.sessionmesh.access.quota.Use;
import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.gateway.GatewayMeters;
import dev.sessionmesh.telemetry.metrics.Counter;
import dev.sessionmesh.telemetry.metrics.Metrics;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets through what the limits of an address, of a user and of a tenant leave room for. The address comes first, before anything is done for a caller; the others when it is
 * known who he is.
 */
public final class Turnstile {
    private static final String ADDRESS = "address";
    private static final String ALLOWANCE = "allowance";
    /** Whoever supervises the node asks here, from wherever, and must not be told that it is busy. */
    private static final String HEALTH = "/health/";

    private static final String METRICS = "/metrics";

    private final Quotas quotas;
    private final Proxies proxies;
    private final Counter refusals;

    public Turnstile(Quotas quotas, Proxies proxies) {
        this(quotas, proxies, GatewayMeters.of(Metrics.unread()));
    }

    public Turnstile(Quotas quotas, Proxies proxies, GatewayMeters meters) {
        this.refusals = meters.errors().of(ErrorCode.RATE_LIMITED);
        this.quotas = quotas;
        this.proxies = proxies;
    }

    /** Who is at the other end of a connection; empty for a proxy of ours, behind which many are. */
    public Optional<Party> peer(@Nullable SocketAddress remote) {
        return Optional.ofNullable(remote)
                .flatMap(Turnstile::internet)
                .filter(address -> !proxies.trusts(address))
                .map(quotas::address);
    }

    /** Where a request comes from. */
    public Party address(HttpServerRequest request) {
        InetAddress peer = Optional.ofNullable(request.remoteAddress())
                .flatMap(Turnstile::internet)
                .orElseGet(InetAddress::getLoopbackAddress); // no address: a socket of this machine
        return quotas.address(proxies.client(peer, request.headers().getAll("X-Forwarded-For")));
    }

    private static Optional<InetAddress> internet(SocketAddress socket) {
        return Optional.ofNullable(socket.hostAddress()).map(InetAddress::ofLiteral);
    }

    /** Answers a handshake for which its address has no room. */
    public boolean turnsAway(HttpServerRequest request, Party address) {
        return refused(request.response(), address.take(Use.REQUEST, 1));
    }

    /** Answers a handshake for which its caller has no room. Takes a place for a connection unless it does. */
    public boolean turnsAway(HttpServerRequest request, Allowance allowance) {
        Optional<TooMuch> tooMuch = allowance.takeKnown(Use.REQUEST, 1);
        return refused(request.response(), tooMuch.isPresent() ? tooMuch : allowance.enter());
    }

    public Allowance allowance(Party address, Identity.Caller caller) {
        Party tenant = quotas.tenant(caller.tenant());
        Actor who = caller.origin().actor();
        return new Allowance(
                address,
                who.equals(Actor.ANONYMOUS)
                        ? List.of(tenant)
                        : List.of(quotas.user(caller.tenant(), who.name()), tenant));
    }

    /** The first handler of all. */
    void arriving(RoutingContext call) {
        String path = String.valueOf(call.request().path());
        if (path.startsWith(HEALTH) || path.equals(METRICS)) {
            call.next();
            return;
        }
        Party address = address(call.request());
        if (!refused(call.response(), address.take(Use.REQUEST, 1))) {
            call.put(ADDRESS, address).next();
        }
    }

    /** Once the caller is known, and before his body is read. */
    void identified(RoutingContext call) {
        Party address = Objects.requireNonNull(call.<Party>get(ADDRESS), "nobody looked where it comes from");
        Allowance allowance = allowance(address, AccessRoutes.caller(call));
        call.put(ALLOWANCE, allowance);
        Optional<TooMuch> tooMuch = allowance.takeKnown(Use.REQUEST, 1);
        if (tooMuch.isEmpty()) {
            tooMuch = allowance.take(Use.BYTE, length(call.request()));
        }
        pass(call, tooMuch);
    }

    /** Behind the body: of one that did not say how long it would be. */
    void read(RoutingContext call) {
        int length = call.body().length();
        boolean counted = length(call.request()) > 0;
        pass(call, counted || length <= 0 ? Optional.empty() : allowance(call).take(Use.BYTE, length));
    }

    Handler<RoutingContext> taking(Use use) {
        return call -> pass(call, allowance(call).take(use, 1));
    }

    /** A place for a stream, empty when the caller was told that there is none; to be given back with {@link Allowance#leave}. */
    Optional<Allowance> place(RoutingContext call) {
        Allowance allowance = allowance(call);
        return refused(call.response(), allowance.enter()) ? Optional.empty() : Optional.of(allowance);
    }

    private static Allowance allowance(RoutingContext call) {
        return Objects.requireNonNull(call.<Allowance>get(ALLOWANCE), "nobody was identified");
    }

    /** What is announced; a body that is longer than it may be is refused when it is read. */
    private static long length(HttpServerRequest request) {
        @Nullable String announced = request.getHeader("Content-Length");
        return announced != null && announced.matches("[0-9]{1,9}") ? Long.parseLong(announced) : 0;
    }

    private void pass(RoutingContext call, Optional<TooMuch> tooMuch) {
        if (!refused(call.response(), tooMuch)) {
            call.next();
        }
    }

    private boolean refused(HttpServerResponse response, Optional<TooMuch> tooMuch) {
        tooMuch.ifPresent(limit -> {
            refusals.increment();
            Answers.refuse(response, limit);
        });
        return tooMuch.isPresent();
    }
}
