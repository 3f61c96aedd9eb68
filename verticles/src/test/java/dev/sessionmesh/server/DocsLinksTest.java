package dev.sessionmesh.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every page that a page leads to is there, and so is the heading. */
class DocsLinksTest {
    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+)$");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```.*?^```|^    .*?$|`[^`\n]*`");
    private static final Set<String> NOT_OURS = Set.of("node_modules", "target", "dist", ".git");

    @Test
    void no_link_leads_nowhere() throws IOException {
        List<String> dead = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            for (String link : links(Files.readString(page))) {
                links++;
                if (!leadsSomewhere(page, link)) {
                    dead.add(TOP.relativize(page) + " -> " + link);
                }
            }
        }
        assertTrue(links > 100, links + " links were found");
        assertEquals(List.of(), dead);
    }

    @Test
    void a_link_that_leads_nowhere_is_noticed() {
        Path readme = TOP.resolve("README.md");
        assertTrue(leadsSomewhere(readme, "docs/operations.md#draining"));
        assertTrue(leadsSomewhere(readme, "docs"));
        assertEquals(
                List.of("b", "c#d"),
                links("[a](b) `[x](y)` [c](c#d)\n\n    [indented](code)\n[web](https://x.example/y)"));
        assertEquals(false, leadsSomewhere(readme, "docs/operation.md"));
        assertEquals(false, leadsSomewhere(readme, "docs/operations.md#drowning"));
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> all = Files.walk(TOP)) {
            return all.filter(path -> path.toString().endsWith(".md"))
                    .filter(path -> Stream.of(TOP.relativize(path).toString().split("/"))
                            .noneMatch(part -> NOT_OURS.contains(part) || part.startsWith(".")))
                    .toList();
        }
    }

    /** Those to pages of ours. */
    private static List<String> links(String page) {
        return LINK.matcher(BLOCK.matcher(page).replaceAll(""))
                .results()
                .map(found -> found.group(1))
                .filter(link -> !link.matches("[a-z]+:.*"))
                .toList();
    }

    private static boolean leadsSomewhere(Path page, String link) {
        int hash = link.indexOf('#');
        String file = hash < 0 ? link : link.substring(0, hash);
        Path to = file.isEmpty() ? page : page.resolveSibling(file).normalize();
        return Files.exists(to) && (hash < 0 || headings(to).contains(link.substring(hash + 1)));
    }

    /** As the usual viewers make anchors of them. */
    private static Set<String> headings(Path page) {
        try {
            return HEADING.matcher(Files.readString(page))
                    .results()
                    .map((MatchResult heading) -> heading.group(1)
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N} _-]", "")
                            .strip()
                            .replace(' ', '-'))
                    .collect(Collectors.toSet());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
