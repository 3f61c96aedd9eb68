package dev.sessionmesh.server.cli;

import dev.sessionmesh.gateway.http.Origins;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Where clients reach the node. */
final class HttpFlags {
    private static final int PORT_MAX = 65_535;
    private static final String ADMIN_TOKEN_VARIABLE = "SESSIONMESH_ADMIN_TOKEN";

    @Option(names = "--http-host", paramLabel = "HOST", description = "Address that clients connect to.")
    private String host = "127.0.0.1";

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description = "Port that clients connect to; 0 takes a free one.")
    private int port = 8080;

    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            description =
                    "Own port for /admin, /metrics and /health, which clients' port then does not answer; 0 takes a free one. Default:"
                            + " none, they are beside the rest.")
    private Optional<Integer> adminPort = Optional.empty();

    @Option(
            names = "--public-url",
            paramLabel = "URL",
            description =
                    "Where other nodes send this node's clients, where that is not this node's own. Default: http://HOST:PORT.")
    private Optional<String> publicUrl = Optional.empty();

    @Option(
            names = "--allow-origin",
            split = ",",
            paramLabel = "URL",
            description =
                    "Whose pages may call from a browser, beside the nodes' own and those on the browser's machine;"
                            + " repeatable. Default: none.")
    private List<String> allowedOrigins = new ArrayList<>();

    @Option(
            names = "--allow-host",
            split = ",",
            paramLabel = "NAME",
            description =
                    "Host names that this node answers to, beside those of the nodes' public URLs and of the HTTP host,"
                            + " such as a load balancer's; repeatable. Addresses need none. Default: none.")
    private List<String> allowedHosts = new ArrayList<>();

    @Option(
            names = "--admin-token-file",
            paramLabel = "FILE",
            description = "File with the token that /admin asks for; or set " + ADMIN_TOKEN_VARIABLE
                    + ". Default: none, then /admin answers programs on this machine only.")
    private Optional<Path> adminTokenFile = Optional.empty();

    @Option(
            names = "--drill-reports",
            paramLabel = "DIR",
            description = "Where './mesh drill --dir' left its reports, for the console to show. Default: none.")
    private Optional<Path> drillReports = Optional.empty();

    ServeOptions.Http http(Map<String, String> environment) {
        Optional<ApiKey> adminToken =
                ApiKey.given(environment, ADMIN_TOKEN_VARIABLE, "--admin-token-file", adminTokenFile);
        checkPort("--http-port", port);
        adminPort.ifPresent(own -> checkPort("--admin-port", own));
        publicUrl.ifPresent(url -> origin("--public-url", url));
        Set<String> names = Stream.concat(Stream.of(host), allowedHosts.stream().map(HttpFlags::hostName))
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        Set<String> origins = allowedOrigins.stream()
                .map(url -> origin("--allow-origin", url))
                .collect(Collectors.toSet());
        return new ServeOptions.Http(host, port, adminPort, names, origins, adminToken, drillReports);
    }

    private static void checkPort(String flag, int given) {
        if (given < 0 || given > PORT_MAX) {
            throw new IllegalArgumentException(flag + " must be 0 to " + PORT_MAX + ", not " + given);
        }
    }

    private static String origin(String flag, String url) {
        return Origins.of(url)
                .orElseThrow(() ->
                        new IllegalArgumentException(flag + " must be an http or https URL with a host, not " + url));
    }

    private static String hostName(String name) {
        if (!name.matches("[A-Za-z0-9._-]{1,253}")) {
            throw new IllegalArgumentException("--allow-host must be a host name without a port, not " + name);
        }
        return name;
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
