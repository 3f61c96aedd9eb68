package dev.sessionmesh.codec.json;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Pages of named JSON lines, to be read by people and compared by tests: a line {@code # name}, then the JSON. Run the tests with
 * {@code -Dgolden=write} to write the pages anew, and read the difference.
 */
final class Golden {
    private static final Path PAGES = Path.of("src/test/resources/dev/sessionmesh/codec/json");

    private Golden() {}

    static Map<String, String> read(String page) {
        Map<String, String> lines = new LinkedHashMap<>();
        try {
            List<String> all = Files.readAllLines(PAGES.resolve(page));
            for (int i = 0; i + 1 < all.size(); i++) {
                if (all.get(i).startsWith("# ")) {
                    lines.put(all.get(i).substring(2), all.get(i + 1));
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return lines;
    }

    /** The page as it should be; written first when asked for. */
    static Map<String, String> expected(String page, Map<String, String> actual) {
        if ("write".equals(System.getProperty("golden"))) {
            String text = actual.entrySet().stream()
                    .map(entry -> "# " + entry.getKey() + "\n" + entry.getValue() + "\n")
                    .collect(Collectors.joining("\n"));
            try {
                Files.writeString(PAGES.resolve(page), text);
            } catch (IOException unwritable) {
                throw new UncheckedIOException(unwritable);
            }
        }
        return read(page);
    }
}
