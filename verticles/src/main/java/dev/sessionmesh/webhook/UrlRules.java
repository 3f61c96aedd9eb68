package dev.sessionmesh.webhook;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where requests may go. The mesh stands inside of somebody's network, and whoever may register a webhook must not reach through it what he
 * could not reach himself: so public addresses only, unless the operator says otherwise.
 *
 * @param http whether addresses without TLS are allowed beside loopback ones
 * @param insideToo whether private, link-local and loopback addresses are
 */
public record UrlRules(boolean http, boolean insideToo) {
    private static final int PORT_MOST = 65_535;

    /**
     * What can be seen of an address by looking at it.
     *
     * @throws IllegalArgumentException saying what is wrong with it, without repeating it
     */
    URI check(String given) {
        URI url;
        try {
            url = new URI(given);
        } catch (URISyntaxException unreadable) {
            throw new IllegalArgumentException("url can't be read as one");
        }
        boolean secure = "https".equalsIgnoreCase(url.getScheme());
        if (url.getHost() == null || (!secure && !"http".equalsIgnoreCase(url.getScheme()))) {
            throw new IllegalArgumentException("url must be an https URL with a host");
        }
        if (url.getRawUserInfo() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException("url must carry neither a user nor a fragment");
        }
        if (url.getPort() == 0 || url.getPort() > PORT_MOST) {
            throw new IllegalArgumentException("url has a port that there is not");
        }
        if (!secure && !http && !isLoopback(url.getHost())) {
            throw new IllegalArgumentException("url must be an https URL");
        }
        if (isLiteral(url.getHost()) && !permits(literal(url.getHost()))) {
            throw new IllegalArgumentException("url leads to an address that webhooks may not reach");
        }
        return url;
    }

    /** Asked of the very address that is connected to, after its name was resolved. */
    boolean permits(InetAddress address) {
        return insideToo
                ? !address.isMulticastAddress() && !address.isAnyLocalAddress()
                : PublicAddresses.contain(address);
    }

    private static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || (isLiteral(host) && literal(host).isLoopbackAddress());
    }

    private static boolean isLiteral(String host) {
        return host.startsWith("[") || host.matches("[0-9.]+");
    }

    private static InetAddress literal(String host) {
        if (host.matches("(.*\\.)?0[0-9].*")) {
            throw new IllegalArgumentException("url has an address that some read as octal");
        }
        try {
            return InetAddress.ofLiteral(host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
        } catch (IllegalArgumentException odd) {
            throw new IllegalArgumentException("url has an address that can't be read");
        }
    }
}
