package dev.sessionmesh.access.quota;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** What of an address tells callers apart. */
final class Addresses {
    private Addresses() {}

    /**
     * All of an IPv4 address; of an IPv6 address the network, the first 64 bits: a household, or a rented machine, has all of the rest. No network in use has the 32 zero
     * bits at its front with which the numbers of IPv4 begin here.
     */
    static long counted(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address ? Integer.toUnsignedLong(bytes.getInt()) : bytes.getLong();
    }
}
