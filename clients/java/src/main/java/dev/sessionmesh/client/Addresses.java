package dev.sessionmesh.client;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.net.URI;
import java.util.Optional;

/** Node addresses to connection options, the token included. */
final class Addresses {

    private Addresses() {}

    static WebSocketConnectOptions webSocket(URI node, Optional<String> token, ClientOptions options) {
        WebSocketConnectOptions connect = new WebSocketConnectOptions();
        apply(connect, node, "/v1/ws", token);
        connect.setTimeout(options.limits().connectTimeout().toMillis());
        return connect;
    }

    static RequestOptions http(
            URI node, HttpMethod method, String path, Optional<String> token, ClientOptions options) {
        RequestOptions request = new RequestOptions().setMethod(method);
        apply(request, node, path, token);
        // The client's own connect timeout bounds the handshake; this one also counts the wait for a place among the
        // connections.
        long timeoutMs = options.limits().requestTimeout().toMillis();
        return request.setConnectTimeout(timeoutMs).setIdleTimeout(timeoutMs);
    }

    private static void apply(RequestOptions request, URI node, String path, Optional<String> token) {
        boolean tls = "https".equals(node.getScheme());
        String base = node.getRawPath() == null ? "" : node.getRawPath();
        request.setHost(node.getHost())
                .setPort(node.getPort() >= 0 ? node.getPort() : tls ? 443 : 80)
                .setSsl(tls)
                .setURI(base.endsWith("/") ? base.substring(0, base.length() - 1) + path : base + path);
        token.ifPresent(bearer -> request.putHeader("Authorization", "Bearer " + bearer));
    }
}
