package dev.sessionmesh.gateway.http;

import dev.sessionmesh.access.Admission;
import dev.sessionmesh.access.Admission.Admitted;
import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Outcome;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Callers prove who they are: {@code Authorization: Bearer}, for browsers' WebSockets the subprotocol {@code sessionmesh.bearer.TOKEN} or {@code ?ticket=}. A
 * token never stands in an address, which is logged and kept on the way.
 */
public final class ProvenIdentity implements Identity {
    private static final String BEARER = "Bearer ";
    private static final String SUBPROTOCOL = "sessionmesh.bearer.";

    private final Admission admission;

    public ProvenIdentity(Admission admission) {
        this.admission = admission;
    }

    @Override
    public Future<Outcome<Caller>> of(HttpServerRequest request) {
        String trace = Claims.trace(request);
        Optional<String> token = bearer(request).or(() -> offered(request));
        Future<Outcome<Admitted>> admitted = token.map(admission::admit).orElseGet(() -> byTicket(request));
        return admitted.map(outcome -> caller(outcome, trace));
    }

    /** A ticket stands in an address, where others may see it: it opens a connection to follow, and does nothing else. */
    private Future<Outcome<Admitted>> byTicket(HttpServerRequest request) {
        boolean follows = "websocket".equalsIgnoreCase(request.getHeader("Upgrade"))
                || (request.method().equals(HttpMethod.GET)
                        && String.valueOf(request.path()).endsWith("/events"));
        @Nullable String ticket;
        try {
            ticket = follows ? request.getParam("ticket") : null;
        } catch (IllegalArgumentException unreadable) {
            return Future.succeededFuture(Outcome.refused(ErrorCode.BAD_FIELD, "the address can't be read"));
        }
        return ticket == null
                ? Future.succeededFuture(
                        Outcome.refused(ErrorCode.UNAUTHORIZED, "a token, a key or, to follow, a ticket is needed"))
                : admission.redeem(ticket);
    }

    @Override
    public Future<Outcome<Caller>> renew(Caller caller, String token) {
        return admission.admit(token).map(outcome -> switch (caller(
                outcome, caller.origin().trace())) {
            case Outcome.Refused<Caller> refused -> refused;
            case Outcome.Done<Caller>(Caller renewed) ->
                renewed.tenant().equals(caller.tenant())
                                && renewed.origin()
                                        .actor()
                                        .equals(caller.origin().actor())
                        ? Outcome.done(renewed)
                        : Outcome.refused(ErrorCode.UNAUTHORIZED, "the token is another user's");
        });
    }

    private static Optional<String> bearer(HttpServerRequest request) {
        return Optional.ofNullable(request.getHeader("Authorization"))
                .filter(given -> given.regionMatches(true, 0, BEARER, 0, BEARER.length()))
                .map(given -> given.substring(BEARER.length()).strip());
    }

    private static Optional<String> offered(HttpServerRequest request) {
        return request.headers().getAll("Sec-WebSocket-Protocol").stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .filter(protocol -> protocol.startsWith(SUBPROTOCOL))
                .map(protocol -> protocol.substring(SUBPROTOCOL.length()))
                .findFirst();
    }

    private static Outcome<Caller> caller(Outcome<Admitted> outcome, String trace) {
        return switch (outcome) {
            case Outcome.Refused<Admitted> refused -> refused.as();
            case Outcome.Done<Admitted>(Admitted who) ->
                Outcome.done(new Caller(
                        who.tenant(),
                        new Origin(new Actor(Actor.Kind.PERSON, who.user()), who.roles(), "", trace),
                        who.access(),
                        who.expiresInMs()));
        };
    }
}
