package dev.sessionmesh.access.quota;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of addresses, such as {@code 10.0.0.0/8}.
 *
 * @param prefix hex of the address it begins with
 * @param bits how many of them count
 */
public record Network(String prefix, int bits) {
    private static final Pattern WRITTEN = Pattern.compile("([0-9A-Fa-f:.]+)(?:/([0-9]{1,3}))?");

    /** @throws IllegalArgumentException when the text is neither an address nor a range */
    public static Network parse(String text) {
        Matcher written = WRITTEN.matcher(text);
        if (!written.matches()) {
            throw new IllegalArgumentException("not an address or a range such as 10.0.0.0/8: " + text);
        }
        byte[] address = InetAddress.ofLiteral(written.group(1)).getAddress();
        int most = address.length * Byte.SIZE;
        int bits = written.group(2) == null ? most : Integer.parseInt(written.group(2));
        if (bits > most) {
            throw new IllegalArgumentException("an address has no " + bits + " bits: " + text);
        }
        return new Network(HexFormat.of().formatHex(address), bits);
    }

    boolean contains(InetAddress address) {
        byte[] ours = HexFormat.of().parseHex(prefix);
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % Byte.SIZE);
            if (((ours[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
