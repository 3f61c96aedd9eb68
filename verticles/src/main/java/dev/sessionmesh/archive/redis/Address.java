package dev.sessionmesh.archive.redis;

/** Where a server listens. */
public record Address(String host, int port) {
    public Address {
        if (host.isEmpty() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("an address is a host and a port from 1 to 65535");
        }
    }

    /** With brackets around an IPv6 address, as in URLs. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
