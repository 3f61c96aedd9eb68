package dev.sessionmesh.gateway.http;

import dev.sessionmesh.access.Roles;
import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.TraceParent;
import dev.sessionmesh.core.port.Access;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who asks, for which tenant, and what he may do. */
public interface Identity {
    /** @param expiresInMs how long what he proved it by is good for; empty: until it is taken back */
    record Caller(String tenant, Origin origin, Access access, OptionalLong expiresInMs) {
        public SessionKey session(String id) {
            return new SessionKey(tenant, id);
        }
    }

    /** Refused with {@code unauthorized} when he proves nothing. */
    Future<Outcome<Caller>> of(HttpServerRequest request);

    /** The same caller with a newer token; refused when that is another's. */
    Future<Outcome<Caller>> renew(Caller caller, String token);

    /** Nobody proves anything: callers are who they say they are ({@code ?user=} and {@code ?roles=}, with commas), or anonymous, and may do everything. For machines that trust theirs. */
    Identity CLAIMED = new Identity() {
        @Override
        public Future<Outcome<Caller>> of(HttpServerRequest request) {
            @Nullable String user;
            @Nullable String roles;
            try {
                user = request.getParam("user");
                roles = request.getParam("roles");
            } catch (IllegalArgumentException unreadable) {
                return Future.succeededFuture(Outcome.refused(ErrorCode.BAD_FIELD, "the address can't be read"));
            }
            Origin origin;
            try {
                origin = new Origin(Claims.actor(user), Claims.roles(roles), "", Claims.trace(request));
            } catch (IllegalArgumentException unfit) {
                return Future.succeededFuture(Outcome.refused(ErrorCode.BAD_FIELD, String.valueOf(unfit.getMessage())));
            }
            return Future.succeededFuture(
                    Outcome.done(new Caller(SessionKey.DEFAULT_TENANT, origin, Access.ALL, OptionalLong.empty())));
        }

        @Override
        public Future<Outcome<Caller>> renew(Caller caller, String token) {
            return Future.succeededFuture(Outcome.done(caller));
        }
    };

    /** What an unproven request says about itself. */
    final class Claims {
        private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N} ._-]{1,64}");

        private Claims() {}

        static Actor actor(@Nullable String user) {
            return user != null && NAME.matcher(user).matches() ? new Actor(Actor.Kind.PERSON, user) : Actor.ANONYMOUS;
        }

        static List<String> roles(@Nullable String roles) {
            return roles == null || roles.isEmpty() ? List.of() : Roles.of(List.of(roles.split(",", -1)));
        }

        static String trace(HttpServerRequest request) {
            return TraceParent.orNone(request.getHeader("traceparent"));
        }
    }
}
