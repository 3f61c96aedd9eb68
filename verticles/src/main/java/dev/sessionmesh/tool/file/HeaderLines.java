package dev.sessionmesh.tool.file;

import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.Secret;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A file of headers: a line {@code Name: value} each. Checked here, as what is refused later is quoted in an exception's message. */
final class HeaderLines {
    private static final String NAME = "[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}";
    /** The client's own. */
    private static final Set<String> TAKEN = Set.of(
            "connection",
            "content-length",
            "content-type",
            "accept",
            "expect",
            "host",
            "upgrade",
            "mcp-session-id",
            "mcp-protocol-version",
            "last-event-id");

    private HeaderLines() {}

    static List<NodeTools.Header> read(String text, Section server) {
        return text.lines()
                .filter(line -> !line.isBlank())
                .map(line -> header(line, server))
                .toList();
    }

    private static NodeTools.Header header(String line, Section server) {
        int colon = line.indexOf(':');
        String name = colon < 0 ? "" : line.substring(0, colon);
        String value = line.substring(colon + 1).strip();
        if (!name.matches(NAME) || value.isEmpty() || !value.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            throw server.wrong(
                    "bad_secret", "headersFile", "holds a line that is not of the form Name: value, in ASCII");
        }
        if (TAKEN.contains(name.toLowerCase(Locale.ROOT))) {
            throw server.wrong("bad_secret", "headersFile", "sets " + name + ", which is not the operator's to set");
        }
        return new NodeTools.Header(name, new Secret(value));
    }
}
