package dev.sessionmesh.server.cli;

import dev.sessionmesh.access.TokenKeys;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How callers prove who they are. */
final class AuthFlags {
    @Option(
            names = "--jwt-keys",
            paramLabel = "FILE",
            description =
                    "JWK set that clients' tokens are verified with (HS256, RS256, ES256, EdDSA and their kin); read again"
                            + " when it changes. Default: none.")
    private Optional<Path> jwtKeys = Optional.empty();

    @Option(
            names = "--jwks-url",
            paramLabel = "URL",
            description =
                    "Address of a JWK set, asked every 5 minutes and when a token names an unknown key. Default: none.")
    private Optional<String> jwksUrl = Optional.empty();

    @Option(
            names = "--jwks-allow-http",
            arity = "0..1",
            fallbackValue = "true",
            description =
                    "Keys may come by plain http from elsewhere: whoever is on the way can put his own in their place.")
    private boolean plainKeys;

    @Option(names = "--jwt-issuer", paramLabel = "ISS", description = "What tokens must say as iss. Default: anything.")
    private Optional<String> issuer = Optional.empty();

    @Option(
            names = "--jwt-audience",
            paramLabel = "AUD",
            description = "What tokens must have among aud. Default: anything.")
    private Optional<String> audience = Optional.empty();

    @Option(
            names = "--api-keys",
            paramLabel = "FILE",
            description =
                    "JSON with the SHA-256 of back ends' keys and what each may do; read again when it changes. Default:"
                            + " none.")
    private Optional<Path> apiKeys = Optional.empty();

    @Option(
            names = "--no-auth",
            arity = "0..1",
            fallbackValue = "true",
            description =
                    "Anybody who reaches the node may do everything in the name of anybody. Without it, a node that knows no"
                            + " keys listens on this machine only.")
    private boolean open;

    /** @param host that clients connect to */
    ServeOptions.Auth auth(String host) {
        Optional<URI> address = jwksUrl.map(this::address);
        boolean tokens = jwtKeys.isPresent() || address.isPresent();
        if (!tokens && (issuer.isPresent() || audience.isPresent())) {
            throw new IllegalArgumentException(
                    "--jwt-issuer and --jwt-audience need keys: give --jwt-keys or --jwks-url");
        }
        boolean known = tokens || apiKeys.isPresent();
        if (known && open) {
            throw new IllegalArgumentException("--no-auth contradicts the keys that are given");
        }
        if (!known && !open && !isOwn(host)) {
            throw new IllegalArgumentException("--http-host " + host
                    + " can be reached from elsewhere, and nobody would have to prove who he is: give --jwt-keys,"
                    + " --jwks-url or --api-keys, or say --no-auth");
        }
        return new ServeOptions.Auth(
                tokens ? Optional.of(new TokenKeys.Source(jwtKeys, address, issuer, audience)) : Optional.empty(),
                apiKeys);
    }

    private URI address(String given) {
        URI address = url(given);
        if (address.getRawUserInfo() != null) {
            throw new IllegalArgumentException("--jwks-url must not carry a user or password");
        }
        if ("http".equals(address.getScheme()) && !plainKeys && !isHere(address.getHost())) {
            throw new IllegalArgumentException(
                    "--jwks-url at " + address.getHost()
                            + " is asked in plain text: whoever is on the way could make any token; use https, or say --jwks-allow-http");
        }
        return address;
    }

    private static URI url(String given) {
        try {
            URI address = URI.create(given);
            if (address.getHost() != null
                    && ("https".equals(address.getScheme()) || "http".equals(address.getScheme()))) {
                return address;
            }
        } catch (IllegalArgumentException notOne) {
            // said below
        }
        throw new IllegalArgumentException("--jwks-url must be an http or https URL, not " + given);
    }

    /** What names resolve to is for others to say, too. */
    private static boolean isHere(String host) {
        try {
            return host.equals("localhost")
                    || InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress();
        } catch (IllegalArgumentException name) {
            return false;
        }
    }

    private static boolean isOwn(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException nobodys) {
            return false;
        }
    }
}
