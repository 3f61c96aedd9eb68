package dev.sessionmesh.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.tool.file.ToolsFile;
import dev.sessionmesh.tool.rule.ApprovalRule;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/tools.md and its part of docs/limits.md against the code. */
final class ToolsPageTest {
    @Test
    void the_example_can_be_used(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("tools.json"), block(page("tools.md"), "json"));
        Files.writeString(folder.resolve("search.headers"), "Authorization: Bearer x\n");
        Files.writeString(folder.resolve("refund.key"), "whsec_" + "A".repeat(44));
        NodeTools tools = ToolsFile.read(file, ToolLimits.DEFAULT);
        assertEquals(Set.of("search"), tools.mcp().keySet());
        assertEquals(
                ApprovalPolicy.When.RULE,
                tools.http().get("refund").approval().orElseThrow().when());
    }

    @Test
    void every_limit_is_documented_with_its_value_in_the_order_of_the_record() throws Exception {
        String part = page("limits.md").split("Bounds of running")[1].split("Webhooks have bounds")[0];
        Map<String, String> documented = new LinkedHashMap<>();
        Matcher rows = Pattern.compile("(?m)^\\| `([A-Za-z]+)` \\| ([^|]+) \\|").matcher(part);
        while (rows.find()) {
            documented.put(rows.group(1), rows.group(2));
        }
        Map<String, String> known = new LinkedHashMap<>();
        for (RecordComponent limit : ToolLimits.class.getRecordComponents()) {
            known.put(limit.getName(), shown(limit.getAccessor().invoke(ToolLimits.DEFAULT)));
        }
        assertEquals(known.toString(), documented.toString());
    }

    @Test
    void the_page_names_the_operations_of_rules() {
        String rules = page("tools.md").split("\\*\\*Rules\\*\\*")[1].split("\\*\\*Schemas\\*\\*")[0];
        for (String operation : ApprovalRule.operations()) {
            assertTrue(rules.contains("`" + operation + "`"), operation);
        }
    }

    private static String shown(Object value) {
        if (value instanceof Duration time) {
            long millis = time.toMillis();
            return millis % 1_000 > 0
                    ? millis + " ms"
                    : millis % 120_000 > 0 ? millis / 1_000 + " s" : millis / 60_000 + " min";
        }
        return String.format(Locale.ROOT, "%,d", ((Number) value).longValue());
    }

    static String page(String name) {
        try {
            return Files.readString(Path.of("../docs").resolve(name));
        } catch (IOException missing) {
            throw new AssertionError(missing);
        }
    }

    static String block(String page, String language) {
        return page.split("```" + language + "\n")[1].split("```")[0];
    }
}
