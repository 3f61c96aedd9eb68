package dev.sessionmesh.chaos.drill;

import static dev.sessionmesh.chaos.drill.Svg.escaped;

import dev.sessionmesh.chaos.history.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** A report as one HTML file that needs nothing else, to be mailed and kept. */
final class ReportPage {

    private static final String STYLE = "report.css";

    private final Report report;
    private final List<Entry> entries;
    private final StringBuilder html = new StringBuilder();

    private ReportPage(Report report, List<Entry> entries) {
        this.report = report;
        this.entries = entries;
    }

    static String of(Report report, List<Entry> entries) {
        return new ReportPage(report, entries).page();
    }

    private String page() {
        add("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
                + "<meta name=\"viewport\" content=\"width=device-width\">");
        add(
                "<title>drill %s: %s</title><style>%s</style>",
                report.drill(), report.verdict().word(), Raw.of(style()));
        head();
        amiss();
        timeline();
        times();
        lines();
        promises();
        sessions();
        list("Unknown outcomes", "Nobody was told whether these commands took effect.", report.unknown());
        figures();
        list("Notes", "", report.notes());
        add("<footer>What each line means, and what to do when it fails: <code>docs/runbook.md</code></footer></html>");
        return html.toString();
    }

    private void head() {
        DrillSettings settings = report.settings();
        add(
                "<h1>%s <span class=\"badge %s\">%s</span></h1>",
                report.drill(), report.verdict().code(), report.verdict().word());
        add(
                "<p class=\"soft\">%d nodes, %d backups, %d sessions of %d tabs. %s</p>",
                settings.nodes(),
                settings.backups(),
                settings.sessions(),
                settings.tabs(),
                report.passed() ? "" : report.said());
    }

    private void amiss() {
        if (!report.passed()) {
            add("<ul class=\"card amiss\">");
            report.amiss().forEach((name, what) -> add("<li><b>%s</b>: %s", name, what));
            add("</ul>");
        }
    }

    private void timeline() {
        add(
                "<h2>What happened</h2><div class=\"card scroll\">%s</div>",
                Raw.of(Timeline.of(entries, report.failovers())));
        add("<p class=\"key soft\">a node:");
        for (String kind : List.of(
                "up serves",
                "down killed or stopped",
                "gone not counted as a member",
                "frozen frozen",
                "cut cut off")) {
            String[] parts = kind.split(" ", 2);
            add(
                    "<svg viewBox=\"0 0 10 10\"><rect class=\"%s\" width=\"10\" height=\"10\" rx=\"2\"/></svg>%s",
                    parts[0], parts[1]);
        }
        add("</p>");
    }

    private void times() {
        add(
                "<h2>Times, in milliseconds</h2><div class=\"card scroll\"><table><tr><th>line<th class=\"n\">times<th class=\"n\">p50"
                        + "<th class=\"n\">wanted<th class=\"n\">p99<th class=\"n\">wanted<th class=\"n\">max<th>");
        for (Measure measure : report.measures()) {
            boolean any = measure.count() > 0;
            add(
                    "<tr><td>%s<td class=\"n\">%d<td class=\"n\">%s<td class=\"n soft\">%s<td class=\"n\">%s"
                            + "<td class=\"n soft\">%s<td class=\"n\">%s",
                    measure.name(),
                    measure.count(),
                    any ? ms(measure.p50Ms()) : "",
                    atMost(measure.targetP50Ms()),
                    any ? ms(measure.p99Ms()) : "",
                    atMost(measure.targetP99Ms()),
                    any ? ms(measure.maxMs()) : "");
            verdict(measure.verdict());
        }
        add("</table></div>");
    }

    private static String ms(double ms) {
        return String.format(Locale.ROOT, "%,.1f", ms);
    }

    private static String atMost(OptionalDouble target) {
        return target.isPresent() ? String.format(Locale.ROOT, "≤ %,.0f", target.getAsDouble()) : "";
    }

    private void verdict(Verdict verdict) {
        add("<td class=\"v\"><span class=\"badge %s\">%s</span>", verdict.code(), verdict.word());
    }

    private void lines() {
        add(
                "<h2>Counts</h2><div class=\"card scroll\"><table><tr><th>line<th class=\"n\">counted<th class=\"n\">wanted<th>");
        for (Line line : report.lines()) {
            add("<tr><td>%s<td class=\"n\">%s<td class=\"n soft\">%s", line.name(), line.value(), line.target());
            verdict(line.verdict());
        }
        add("</table></div>");
    }

    private void promises() {
        add("<h2>Promises</h2><div class=\"card scroll\"><table>");
        report.promises().forEach((promise, problems) -> {
            add("<tr><td>%s", promise);
            problems.forEach(problem -> add("<br><span class=\"problem\">%s</span>", problem));
            verdict(Verdict.of(problems.isEmpty()));
        });
        add("</table></div>");
    }

    private void sessions() {
        List<SessionRto> rows = SessionRto.of(report.failovers());
        if (rows.isEmpty()) {
            return;
        }
        double longest = rows.stream().mapToDouble(SessionRto::longestMs).max().orElse(1);
        add("<h2>RTO of each session</h2><div class=\"card scroll\"><table><tr><th>session<th class=\"n\">fail-overs"
                + "<th class=\"n\">longest, ms<th><th class=\"n\">not back");
        for (SessionRto row : rows) {
            add(
                    "<tr><td>%s<td class=\"n\">%d<td class=\"n\">%s<td class=\"wide\"><svg viewBox=\"0 0 300 10\" preserveAspectRatio=\"none\">"
                            + "<rect class=\"waiting\" width=\"%s\" height=\"10\" rx=\"2\"/></svg><td class=\"n\">%d",
                    row.session(),
                    row.times(),
                    ms(row.longestMs()),
                    String.format(Locale.ROOT, "%.0f", 300 * row.longestMs() / Math.max(1, longest)),
                    row.notBack());
        }
        add("</table></div>");
    }

    private void figures() {
        add("<h2>Figures</h2><div class=\"card scroll\"><table>");
        report.figures()
                .forEach((name, value) -> add(
                        "<tr><td>%s<td class=\"n\">%s", name, String.format(Locale.ROOT, "%,d", value.longValue())));
        add("</table></div>");
    }

    private void list(String title, String about, List<String> items) {
        if (!items.isEmpty()) {
            add("<h2>%s</h2><p class=\"soft\">%s</p><ul class=\"card\">", title, about);
            items.forEach(item -> add("<li>%s", item));
            add("</ul>");
        }
    }

    /** Text that is HTML already. */
    private record Raw(String html) {
        static Raw of(String html) {
            return new Raw(html);
        }
    }

    /** Whatever is put in is escaped, so no name can be more than text. */
    private void add(String form, Object... values) {
        Object[] safe = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            safe[i] = switch (values[i]) {
                case Raw raw -> raw.html();
                case String text -> escaped(text);
                default -> values[i];
            };
        }
        html.append(values.length == 0 ? form : String.format(Locale.ROOT, form, safe));
    }

    private static String style() {
        try (InputStream in = ReportPage.class.getResourceAsStream(STYLE)) {
            if (in == null) {
                throw new IllegalStateException("this build has no " + STYLE);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + STYLE, e);
        }
    }
}
