package dev.sessionmesh.server.cli.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sessionmesh.client.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What a client may send, by the document of the protocol, against what can be typed. A new frame fails here until there is a line for it, or a
 * reason why there is none.
 */
class LineCoverageTest {
    private static final Path ASYNCAPI = Path.of("..", "docs", "asyncapi.yaml");

    /** By frame, a line that sends it as it stands. */
    private static final Map<String, String> SENT = Map.ofEntries(
            Map.entry("input", "/input --policy merge and tea"),
            Map.entry("edit", "/edit t1 other words"),
            Map.entry("regenerate", "/again t1"),
            Map.entry("select_branch", "/branch t1"),
            Map.entry("reorder", "/move t2 t1"),
            Map.entry("withdraw", "/withdraw t1"),
            Map.entry("delegate", "/delegate k1 carol"),
            Map.entry("revoke_grant", "/revoke g1"),
            Map.entry("settle", "/settle k1 retry"),
            Map.entry("cancel", "/cancel"),
            Map.entry("steer", "/steer be brief"),
            Map.entry("tool_result", "/result k1 ok 7"));

    /** By frame, a line that sends it with what the terminal knows. */
    private static final Map<String, String> SENT_WITH_MORE = Map.of(
            "approve", "/approve",
            "reject", "/reject",
            "tool_claim", "/claim k1",
            "tool_release", "/release k1",
            "presence", "/status back at 3",
            "detach", "/quit");

    /** Frames without a line, and why. */
    private static final Map<String, String> WITHOUT = Map.of(
            "attach", "is what the command itself is for",
            "tool_heartbeat", "is sent by itself for as long as a claim holds",
            "ping", "is sent by itself when nothing is heard",
            "auth", "is sent by itself when a token is about to expire",
            "read", "a terminal shows everything, and does not know what of it somebody read");

    /** Lines that ask for something, or nothing, of the server. */
    private static final Set<String> ASKING = Set.of("/approvals", "/inbox", "/grants", "/queue", "/who", "/help");

    private static Set<String> frames() throws IOException {
        Pattern message = Pattern.compile("    client\\.\\w+: \\{name: (\\w+),.*");
        return Files.readAllLines(ASYNCAPI).stream()
                .map(message::matcher)
                .filter(Matcher::matches)
                .map(at -> at.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> lines() {
        return Stream.of(SENT.values(), SENT_WITH_MORE.values(), ASKING).flatMap(Collection::stream);
    }

    @Test
    void every_frame_has_a_line_or_a_reason_to_have_none() throws IOException {
        Set<String> known = new TreeSet<>(SENT.keySet());
        known.addAll(SENT_WITH_MORE.keySet());
        known.addAll(WITHOUT.keySet());
        assertEquals(frames(), known);
        assertEquals(known.size(), SENT.size() + SENT_WITH_MORE.size() + WITHOUT.size());
    }

    @Test
    void a_line_sends_its_frame() {
        SENT.forEach((frame, line) -> {
            Command sent = assertInstanceOf(TypedLine.Send.class, TypedLine.parse(line))
                    .command();
            assertEquals(frame, sent.wire().getString("type"));
        });
    }

    @Test
    void a_line_is_understood_and_help_tells_it() {
        Set<String> told = TypedLine.HELP
                .lines()
                .filter(line -> line.startsWith("/"))
                .map(LineCoverageTest::name)
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(lines().map(LineCoverageTest::name).collect(Collectors.toCollection(TreeSet::new)), told);
        lines().forEach(line -> assertFalse(TypedLine.parse(line) instanceof TypedLine.Wrong, line));
    }

    private static String name(String line) {
        return line.split("\\s+")[0];
    }
}
