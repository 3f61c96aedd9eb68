package dev.sessionmesh.gateway.http;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who asks, and for which tenant. The one place where authentication belongs. */
@FunctionalInterface
public interface Identity {
    record Caller(String tenant, Origin origin) {
        public Actor actor() {
            return origin.actor();
        }

        public SessionKey session(String id) {
            return new SessionKey(tenant, id);
        }
    }

    Caller of(HttpServerRequest request);

    /** Nobody proves anything: callers are who they say they are ({@code ?user=}), or anonymous. For machines that trust theirs. */
    Identity CLAIMED = request -> new Caller(
            SessionKey.DEFAULT_TENANT, new Origin(Claims.actor(request.getParam("user")), "", Claims.trace(request)));

    /** What an unproven request says about itself. */
    final class Claims {
        private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N} ._-]{1,64}");
        private static final Pattern TRACE = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

        private Claims() {}

        static Actor actor(@Nullable String user) {
            return user != null && NAME.matcher(user).matches() ? new Actor(Actor.Kind.PERSON, user) : Actor.ANONYMOUS;
        }

        static String trace(HttpServerRequest request) {
            @Nullable String parent = request.getHeader("traceparent");
            return parent != null && TRACE.matcher(parent).matches() ? parent : "";
        }
    }
}
