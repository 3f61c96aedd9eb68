package dev.sessionmesh.server.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** Where clients reach the node. */
final class HttpFlags {
    private static final int PORT_MAX = 65_535;

    @Option(names = "--http-host", paramLabel = "HOST", description = "Address that clients connect to.")
    private String host = "127.0.0.1";

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description = "Port that clients connect to; 0 takes a free one.")
    private int port = 8080;

    @Option(
            names = "--public-url",
            paramLabel = "URL",
            description =
                    "Where other nodes send this node's clients, where that is not this node's own. Default: http://HOST:PORT.")
    private Optional<String> publicUrl = Optional.empty();

    ServeOptions.Http http() {
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("--http-port must be 0 to " + PORT_MAX + ", not " + port);
        }
        return new ServeOptions.Http(host, port);
    }

    /** Empty when clients can't be told an address: a node that listens everywhere doesn't know which one they can reach. */
    String publicUrl() {
        boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
        return publicUrl.orElseGet(() -> everywhere || port == 0 ? "" : "http://" + inUrl(host) + ":" + port);
    }

    private static String inUrl(String host) {
        return host.indexOf(':') < 0 ? host : "[" + host + "]";
    }
}
