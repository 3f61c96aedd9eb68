package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.CloseCode;
import dev.sessionmesh.core.ErrorCode;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/protocol.md against what the code has. */
class ProtocolPageTest {
    private static final String PAGE = Documents.text("docs/protocol.md");

    @Test
    void every_error_code_is_in_the_table_with_its_status_and_nothing_else_is() {
        Map<String, String> documented = new TreeMap<>();
        Matcher rows = Pattern.compile("(?m)^\\| `([a-z_0-9]+)` \\| ([0-9-]+) \\| (yes|no) \\|")
                .matcher(section("## Error codes"));
        while (rows.find()) {
            documented.put(rows.group(1), rows.group(2) + " " + rows.group(3));
        }
        Map<String, String> known = new TreeMap<>();
        for (ErrorCode code : ErrorCode.values()) {
            boolean socketsOnly =
                    "-".equals(documented.getOrDefault(code.wire(), "").split(" ")[0]);
            known.put(code.wire(), (socketsOnly ? "-" : code.httpStatus()) + (code.retryable() ? " yes" : " no"));
        }
        assertEquals(known, documented);
    }

    @Test
    void every_close_code_is_in_its_range() {
        String table = section("## Close codes");
        for (CloseCode code : CloseCode.values()) {
            assertTrue(table.contains(Integer.toString(code.code())), code + " is not in the table");
            if (code.code() >= 4000) {
                assertTrue(table.contains(code.code() + " `" + code.reason() + "`"), code.toString());
            }
        }
        Set<String> documented = Pattern.compile("4[0-9]{3} `")
                .matcher(table)
                .results()
                .map(found -> found.group().substring(0, 4))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> known = Arrays.stream(CloseCode.values())
                .filter(code -> code.code() >= 4000)
                .map(code -> Integer.toString(code.code()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(known, documented);
    }

    @Test
    void every_frame_type_is_in_its_table() {
        FrameSchemas schemas = new FrameSchemas();
        for (String message : schemas.messages("server.")) {
            String type = message.equals("server.recovering") ? "agent_status" : message.substring("server.".length());
            assertTrue(section("## Server to client").contains("| `" + type + "` |"), type);
        }
        for (String message : schemas.messages("client.")) {
            String type = message.substring("client.".length());
            assertTrue(section("## Client to server").contains("| `" + type + "` |"), type);
        }
    }

    private static String section(String heading) {
        int start = PAGE.indexOf(heading);
        int end = PAGE.indexOf("\n## ", start + 1);
        return PAGE.substring(start, end < 0 ? PAGE.length() : end);
    }
}
