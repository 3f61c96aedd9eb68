package dev.sessionmesh.gateway.http;

import dev.sessionmesh.core.ErrorCode;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which pages may call the API from a browser: those of this very host, of the other nodes, of the machine
 * that the browser runs on (such as a developer's server), and those that the operator allows. Pages of
 * others may not change anything, nor open a WebSocket (browsers let any page try); what else they read, the
 * browser keeps from them.
 *
 * <p>All that holds only while "this very host" is a name of ours. A page whose own name is made to point at
 * this machine (DNS rebinding) is of the same origin as far as its browser can tell, so a request for a name
 * that is not known here is refused.
 *
 * @param hosts further names this node may be called by, in lower case
 * @param allowed further origins whose pages may call, as {@link #of} forms them
 * @param nodes the cluster: a node's URL is where its page comes from, and a name that a shared front may
 * pass on
 */
public record Origins(Set<String> hosts, Set<String> allowed, Supplier<List<ClusterView.Node>> nodes)
        implements Handler<RoutingContext> {
    private static final Pattern LOOPBACK =
            Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?");
    /** What is reached by its address alone: no name, so none that could be made to point elsewhere. */
    private static final Pattern ADDRESS =
            Pattern.compile("localhost|[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-f:.]*:[0-9a-f:.]*");

    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final String SECONDS_TO_REMEMBER = "600";

    public Origins {
        hosts = Set.copyOf(hosts);
        allowed = Set.copyOf(allowed);
    }

    /** The origin that a page at this address has; empty when the text is no web address. */
    public static Optional<String> of(String url) {
        return web(url).map(uri -> {
            boolean usual =
                    uri.getPort() < 0 || uri.getPort() == (uri.getScheme().equalsIgnoreCase("https") ? 443 : 80);
            return (uri.getScheme() + "://" + uri.getHost() + (usual ? "" : ":" + uri.getPort()))
                    .toLowerCase(Locale.ROOT);
        });
    }

    private static Optional<URI> web(String url) {
        try {
            URI uri = URI.create(url);
            return Optional.of(uri)
                    .filter(web -> web.getHost() != null
                            && String.valueOf(web.getScheme()).matches("(?i)https?"));
        } catch (IllegalArgumentException noUri) {
            return Optional.empty();
        }
    }

    /** Answers a request that names a host which is not known here. See to it first. */
    public boolean turnsAway(HttpServerRequest request) {
        @Nullable HostAndPort authority = request.authority();
        if (authority == null ? request.getHeader("Host") == null : isKnown(authority.host())) {
            return false;
        }
        String message = "this node is not known by the name that was called; --allow-host adds one";
        Answers.refuse(request.response(), ErrorCode.FORBIDDEN, message);
        return true;
    }

    private boolean isKnown(String named) {
        String host = bare(named);
        return ADDRESS.matcher(host).matches()
                || hosts.contains(host)
                || nodes.get().stream()
                        .flatMap(node -> web(node.url()).stream())
                        .anyMatch(url -> bare(url.getHost()).equals(host));
    }

    /** An IPv6 address may come in brackets or without. */
    private static String bare(String host) {
        boolean inBrackets = host.startsWith("[") && host.endsWith("]");
        return (inBrackets ? host.substring(1, host.length() - 1) : host).toLowerCase(Locale.ROOT);
    }

    /** Whether a request may do more than read, as far as its origin goes. A WebSocket is more than reading: see to it first. */
    public boolean admits(HttpServerRequest request) {
        @Nullable String origin = request.getHeader("Origin");
        return origin == null || isTrusted(origin) || isOwn(request, origin);
    }

    private boolean isTrusted(String origin) {
        return LOOPBACK.matcher(origin).matches()
                || allowed.contains(origin)
                || ofNodes().anyMatch(origin::equals);
    }

    private Stream<String> ofNodes() {
        return nodes.get().stream().flatMap(node -> of(node.url()).stream()).distinct();
    }

    /** Where a page of this node may connect to beside this node itself, as a content security policy says it. */
    String connections() {
        StringBuilder sources =
                new StringBuilder("http://127.0.0.1:* ws://127.0.0.1:* http://localhost:* ws://localhost:*");
        ofNodes()
                .forEach(origin ->
                        sources.append(' ').append(origin).append(" ws").append(origin.substring("http".length())));
        return sources.toString();
    }

    @Override
    public void handle(RoutingContext call) {
        @Nullable String origin = call.request().getHeader("Origin");
        call.response().putHeader("Vary", "Origin");
        if (origin != null && isTrusted(origin)) {
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
            response.putHeader("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
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
