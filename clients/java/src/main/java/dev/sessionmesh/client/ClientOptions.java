package dev.sessionmesh.client;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Where the nodes are and how to talk to them.
 *
 * @param nodes base addresses such as {@code http://127.0.0.1:8080}, tried in this order; {@code https} means TLS
 * @param token a bearer token sent with every request, never printed
 * @param retryRefused whether a command that was refused for the moment ({@code busy}, {@code no_quorum}, ...) is sent again
 *     with the same id until its patience ends; without it the caller gets the first refusal
 * @param limits the bounds of the client
 * @param device the class of the device that tabs run on, such as {@code phone}: some front-end calls are for one class only
 */
public record ClientOptions(
        List<URI> nodes, Optional<String> token, boolean retryRefused, ClientLimits limits, Optional<String> device) {

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
    }

    /** Options for these nodes, without a token, with retries and default limits. */
    public static ClientOptions of(List<URI> nodes) {
        return new ClientOptions(nodes, Optional.empty(), true, ClientLimits.defaults(), Optional.empty());
    }

    /** The same with a bearer token. */
    public ClientOptions withToken(String bearer) {
        return new ClientOptions(nodes, Optional.of(bearer), retryRefused, limits, device);
    }

    /** The same with other limits. */
    public ClientOptions withLimits(ClientLimits other) {
        return new ClientOptions(nodes, token, retryRefused, other, device);
    }

    /** The same, but the caller sees the first refusal of a command even if it could be retried. */
    public ClientOptions withoutRetries() {
        return new ClientOptions(nodes, token, false, limits, device);
    }

    /** The same with another order of nodes. */
    public ClientOptions withNodes(List<URI> others) {
        return new ClientOptions(others, token, retryRefused, limits, device);
    }

    /** The same on another class of devices. */
    public ClientOptions withDevice(String other) {
        return new ClientOptions(nodes, token, retryRefused, limits, Optional.of(other));
    }

    @Override
    public String toString() {
        return "ClientOptions[nodes=" + nodes + ", token=" + (token.isPresent() ? "(set)" : "(none)") + ", limits="
                + limits + "]";
    }
}
