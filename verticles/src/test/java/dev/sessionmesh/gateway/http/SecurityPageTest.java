package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/security.md: behind each attack there is a test. */
class SecurityPageTest {
    private static final Pattern NAMED = Pattern.compile("`([A-Z][A-Za-z0-9]*(?:Test|IT|Fuzz))(?:\\.([a-z0-9_]+))?`");

    @Test
    void every_row_names_tests_that_exist() throws IOException {
        Map<String, String> sources = sources();
        List<String> missing = new ArrayList<>();
        String[] rows = Documents.text("docs/security.md")
                .split("## What was tried", -1)[1]
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| the attack"))
                .toArray(String[]::new);
        assertTrue(rows.length > 30, "only " + rows.length + " rows were found");
        for (String row : rows) {
            String cell = row.split("\\|", -1)[3];
            Matcher named = NAMED.matcher(cell);
            boolean any = cell.strip().equals("the same");
            while (named.find()) {
                any = true;
                String source = sources.getOrDefault(named.group(1), "");
                String method = named.group(2);
                if (source.isEmpty() || method != null && !source.contains("void " + method + "(")) {
                    missing.add(named.group());
                }
            }
            if (!any) {
                missing.add("a test in: " + row);
            }
        }
        assertEquals(List.of(), missing);
    }

    /** Of all tests of this repository, by class. */
    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> modules = Files.list(Path.of(".."))) {
            for (Path tests : modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .toList()) {
                try (Stream<Path> files = Files.walk(tests)) {
                    for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                            .toList()) {
                        String name = file.getFileName().toString();
                        sources.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
                    }
                }
            }
        }
        return sources;
    }
}
