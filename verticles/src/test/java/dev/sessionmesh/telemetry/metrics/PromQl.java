package dev.sessionmesh.telemetry.metrics;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which metrics an expression names: what is left of it without labels, strings, ranges, functions and words of the language. */
final class PromQl {
    private static final Set<String> WORDS = Set.of(
            "and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "bool", "offset");
    private static final Pattern NAME = Pattern.compile("(?<![\\w:])[a-zA-Z_:][a-zA-Z0-9_:]*(?![\\w:]|\\s*\\()");

    private PromQl() {}

    /** As they stand there. */
    static Set<String> names(String expression) {
        String bare = expression
                .replaceAll("\\{[^}]*}", " ")
                .replaceAll("\"[^\"]*\"", " ")
                .replaceAll("\\[[^]]*]", " ")
                .replaceAll("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)", " ");
        Set<String> names = new TreeSet<>();
        Matcher found = NAME.matcher(bare);
        while (found.find()) {
            if (!WORDS.contains(found.group())) {
                names.add(found.group());
            }
        }
        return names;
    }

    /** The metrics that they are of: a histogram has more than one name. */
    static Set<String> metrics(String expression, Catalogue catalogue) {
        Set<String> metrics = new TreeSet<>();
        for (String name : names(expression)) {
            metrics.add(metric(name, catalogue));
        }
        return metrics;
    }

    private static String metric(String name, Catalogue catalogue) {
        String family = name.replaceAll("_(bucket|sum|count)$", "");
        boolean part = catalogue.entries().stream()
                .anyMatch(entry -> entry.name().equals(family)
                        && (entry.type() == Entry.Type.HISTOGRAM || entry.type() == Entry.Type.SUMMARY));
        return part && !family.equals(name) ? family : name;
    }
}
