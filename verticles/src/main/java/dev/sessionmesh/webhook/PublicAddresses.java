package dev.sessionmesh.webhook;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The addresses of the public internet: all but what the IANA registries of special-purpose addresses set apart. */
final class PublicAddresses {
    private static final List<Block> V4 = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/3")
            .map(Block::of)
            .toList();

    /** Of IPv6 only this is given out; within it some blocks are for documentation, tunnels and tests. */
    private static final Block V6 = Block.of("2000::/3");

    private static final List<Block> NOT_V6 =
            Stream.of("2001::/23", "2001:db8::/32", "3fff::/20").map(Block::of).toList();

    /** Both carry an IPv4 address that a gateway on the way may forward to. */
    private static final Block SIX_TO_FOUR = Block.of("2002::/16");

    private static final Block NAT64 = Block.of("64:ff9b::/96");

    private PublicAddresses() {}

    static boolean contain(InetAddress address) {
        byte[] bytes = address.getAddress();
        return switch (address) {
            case Inet4Address v4 -> V4.stream().noneMatch(block -> block.holds(bytes));
            case Inet6Address v6 when SIX_TO_FOUR.holds(bytes) -> contain(embedded(bytes, 2));
            case Inet6Address v6 when NAT64.holds(bytes) -> contain(embedded(bytes, 12));
            case Inet6Address v6 -> V6.holds(bytes) && NOT_V6.stream().noneMatch(block -> block.holds(bytes));
            default -> false;
        };
    }

    private static InetAddress embedded(byte[] v6, int at) {
        try {
            return InetAddress.getByAddress(Arrays.copyOfRange(v6, at, at + 4));
        } catch (java.net.UnknownHostException never) {
            throw new IllegalStateException(never);
        }
    }

    private record Block(byte[] prefix, int bits) {
        static Block of(String cidr) {
            String[] parts = cidr.split("/", 2);
            return new Block(InetAddress.ofLiteral(parts[0]).getAddress(), Integer.parseInt(parts[1]));
        }

        boolean holds(byte[] address) {
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit & 7);
                if ((address[bit >> 3] & mask) != (prefix[bit >> 3] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}
