package dev.sessionmesh.access.quota;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a request comes from, when some of those that pass requests on are believed. {@code X-Forwarded-For} is read from the right: each proxy writes behind what it was
 * given, so all that stands left of the first address that is no proxy of ours was written by somebody who may lie.
 */
public record Proxies(List<Network> trusted) {
    public static final Proxies NONE = new Proxies(List.of());

    /** Longer ways than ours are somebody's invention. */
    private static final int HOPS_MOST = 16;

    private static final Pattern HOP = Pattern.compile(
            "\\[([0-9A-Fa-f:.]{2,45})](?::[0-9]{1,5})?" + "|([0-9.]{7,15})(?::[0-9]{1,5})?|([0-9A-Fa-f:.]{2,45})");

    public Proxies {
        trusted = List.copyOf(trusted);
    }

    public boolean trusts(InetAddress address) {
        return trusted.stream().anyMatch(network -> network.contains(address));
    }

    /**
     * The nearest address that is none of ours.
     *
     * @param forwarded the header's lines, in their order
     */
    public InetAddress client(InetAddress peer, List<String> forwarded) {
        InetAddress known = peer;
        if (forwarded.isEmpty() || !trusts(peer)) {
            return known;
        }
        List<String> way = forwarded.stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .toList();
        int last = Math.max(0, way.size() - HOPS_MOST);
        for (int i = way.size() - 1; i >= last && trusts(known); i--) {
            Optional<InetAddress> hop = hop(way.get(i));
            if (hop.isEmpty()) {
                break;
            }
            known = hop.get();
        }
        return known;
    }

    private static Optional<InetAddress> hop(String text) {
        Matcher hop = HOP.matcher(text);
        if (!hop.matches()) {
            return Optional.empty();
        }
        String address = hop.group(1) != null ? hop.group(1) : hop.group(2) != null ? hop.group(2) : hop.group(3);
        try {
            return Optional.of(InetAddress.ofLiteral(address));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }
}
