package dev.sessionmesh.gateway.http;

import dev.sessionmesh.core.ErrorCode;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may call the API from a browser: those of this very host, and those of the machine that the browser runs on, such as a
 * developer's server. Pages of others may not change anything, nor open a WebSocket (browsers let any page try); what else they
 * read, the browser keeps from them.
 */
public final class Origins implements Handler<RoutingContext> {
    private static final Pattern LOOPBACK =
            Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?");
    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final String SECONDS_TO_REMEMBER = "600";

    Origins() {}

    /** Whether a request may do more than read, as far as its origin goes. A WebSocket is more than reading: see to it first. */
    public static boolean admits(HttpServerRequest request) {
        @Nullable String origin = request.getHeader("Origin");
        return origin == null || LOOPBACK.matcher(origin).matches() || isOwn(request, origin);
    }

    @Override
    public void handle(RoutingContext call) {
        @Nullable String origin = call.request().getHeader("Origin");
        call.response().putHeader("Vary", "Origin");
        if (origin != null && LOOPBACK.matcher(origin).matches()) {
            allow(call, origin);
        } else if (READS.contains(call.request().method()) || admits(call.request())) {
            call.next();
        } else {
            Answers.refuse(call, ErrorCode.FORBIDDEN, "pages of another origin may not do this");
        }
    }

    private static void allow(RoutingContext call, String origin) {
        HttpServerResponse response = call.response()
                .putHeader("Access-Control-Allow-Origin", origin)
                .putHeader("Access-Control-Expose-Headers", "Location, Retry-After");
        boolean asksFirst = call.request().method().equals(HttpMethod.OPTIONS)
                && call.request().getHeader("Access-Control-Request-Method") != null;
        if (asksFirst) {
            response.putHeader("Access-Control-Allow-Methods", "GET, POST, DELETE")
                    .putHeader(
                            "Access-Control-Allow-Headers",
                            "Content-Type, Accept, Authorization, Idempotency-Key, Last-Event-ID, traceparent")
                    .putHeader("Access-Control-Max-Age", SECONDS_TO_REMEMBER)
                    .setStatusCode(204)
                    .end();
        } else {
            call.next();
        }
    }

    private static boolean isOwn(HttpServerRequest request, String origin) {
        HostAndPort authority = request.authority();
        return authority != null && (origin.equals("http://" + authority) || origin.equals("https://" + authority));
    }
}
