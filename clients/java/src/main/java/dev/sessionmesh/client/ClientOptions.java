package dev.sessionmesh.client;

import io.vertx.core.Future;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Where the nodes are and how to talk to them.
 *
 * @param nodes base addresses such as {@code http://127.0.0.1:8080}, tried in this order; {@code https} means TLS
 * @param tokens where the bearer tokens come from that go with every request and connection
 * @param retryRefused whether a command that was refused for the moment ({@code busy}, {@code no_quorum}, ...) is sent again
 *     with the same id until its patience ends; without it the caller gets the first refusal
 * @param limits the bounds of the client
 * @param device the class of the device that tabs run on, such as {@code phone}: others are shown it, and some front-end calls are for
 *     one class only; 1-32 characters of {@code A-Za-z0-9_-}
 */
public record ClientOptions(
        List<URI> nodes,
        Optional<TokenSource> tokens,
        boolean retryRefused,
        ClientLimits limits,
        Optional<String> device) {

    public ClientOptions {
        nodes = List.copyOf(nodes);
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("at least one node address is needed");
        }
        for (URI node : nodes) {
            String scheme = node.getScheme();
            if (node.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
                throw new IllegalArgumentException("not a node address, expected http://host:port: " + node);
            }
        }
        if (device.filter(any -> !any.matches("[A-Za-z0-9_-]{1,32}")).isPresent()) {
            throw new IllegalArgumentException("not a class of devices: " + device.get());
        }
    }

    /** Options for these nodes, without a token, with retries and default limits. */
    public static ClientOptions of(List<URI> nodes) {
        return new ClientOptions(nodes, Optional.empty(), true, ClientLimits.defaults(), Optional.empty());
    }

    /** The same with a bearer token; when it expires, so do the connections. */
    public ClientOptions withToken(String bearer) {
        return withTokens(TokenSource.of(bearer));
    }

    /** The same with tokens that are asked for when they are needed: connections outlive each of them. */
    public ClientOptions withTokens(TokenSource source) {
        return new ClientOptions(nodes, Optional.of(source), retryRefused, limits, device);
    }

    /** A token for now; none where none is needed. */
    Future<Optional<String>> token() {
        if (tokens.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        try {
            return tokens.get().token().map(Optional::of);
        } catch (RuntimeException failed) {
            return Future.failedFuture(failed);
        }
    }

    /** Whether there may be another token than the last. */
    boolean renewable() {
        return tokens.filter(TokenSource::renewable).isPresent();
    }

    /** The same with other limits. */
    public ClientOptions withLimits(ClientLimits other) {
        return new ClientOptions(nodes, tokens, retryRefused, other, device);
    }

    /** The same, but the caller sees the first refusal of a command even if it could be retried. */
    public ClientOptions withoutRetries() {
        return new ClientOptions(nodes, tokens, false, limits, device);
    }

    /** The same with another order of nodes. */
    public ClientOptions withNodes(List<URI> others) {
        return new ClientOptions(others, tokens, retryRefused, limits, device);
    }

    /** The same on another class of devices. */
    public ClientOptions withDevice(String other) {
        return new ClientOptions(nodes, tokens, retryRefused, limits, Optional.of(other));
    }

    @Override
    public String toString() {
        return "ClientOptions[nodes=" + nodes + ", token=" + (tokens.isPresent() ? "(set)" : "(none)") + ", limits="
                + limits + "]";
    }
}
