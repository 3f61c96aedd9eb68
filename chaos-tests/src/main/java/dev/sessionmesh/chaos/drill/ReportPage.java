package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report as one HTML file that needs nothing else, to be mailed and kept. */
final class ReportPage {

    private static final String STYLE = """
            :root { color-scheme: light dark; --bad: #c62828; --good: #2e7d32; --soft: #8883; }
            body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 78rem; padding: 0 1rem; }
            h1 small { font-weight: normal; opacity: .7; } h2 { margin-top: 2rem; font-size: 1.1rem; }
            .verdict { display: inline-block; padding: .1em .7em; border-radius: 1em; color: #fff; background: var(--bad); }
            .pass { background: var(--good); } .late { background: #b26a00; }
            .scroll { overflow-x: auto; } svg { min-width: 44rem; width: 100%; } svg text { font-size: 12px; fill: currentColor; }
            table { border-collapse: collapse; width: 100%; } th { text-align: left; }
            td, th { padding: .25em .6em; border-bottom: 1px solid var(--soft); vertical-align: top; }
            td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
            .missed, .broken { color: var(--bad); font-weight: 600; } .met, .kept { color: var(--good); }
            .up { fill: #2e7d3255; } .down { fill: #c62828; } .frozen { fill: #1565c0; } .cut { fill: #ef8f00; }
            .told { fill: #1565c077; } .away { fill: #c6282877; } .act { stroke: currentColor; stroke-dasharray: 3 3; opacity: .6; }
            .key span { display: inline-block; width: .9em; height: .9em; margin: 0 .3em 0 1em; vertical-align: -.1em; }
            """;

    private final Report report;
    private final StringBuilder html = new StringBuilder();

    private ReportPage(Report report) {
        this.report = report;
    }

    static String of(Report report, List<Entry> entries) {
        return new ReportPage(report).page(entries);
    }

    private String page(List<Entry> entries) {
        DrillSettings settings = report.settings();
        String tone = report.passed() ? "pass" : report.correct() ? "late" : "fail";
        html.append("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">")
                .append("<meta name=\"viewport\" content=\"width=device-width\">")
                .append("<title>drill ")
                .append(escaped(report.drill()))
                .append("</title><style>")
                .append(STYLE)
                .append("</style><h1>")
                .append(escaped(report.drill()))
                .append(String.format(
                        Locale.ROOT,
                        " <small>%d nodes, %d backups, %d sessions of %d tabs</small></h1>",
                        settings.nodes(),
                        settings.backups(),
                        settings.sessions(),
                        settings.tabs()))
                .append("<p><span class=\"verdict ")
                .append(tone)
                .append("\">")
                .append(escaped(report.verdict()))
                .append("</span></p><h2>What happened</h2><div class=\"scroll\">")
                .append(Timeline.of(entries))
                .append("</div><p class=\"key\">node:<span style=\"background:#2e7d3255\"></span>serves")
                .append(
                        "<span style=\"background:#c62828\"></span>down<span style=\"background:#1565c0\"></span>frozen")
                .append("<span style=\"background:#ef8f00\"></span>cut off</p>");
        promises();
        measures();
        figures();
        notes();
        return html.append("</html>").toString();
    }

    private void promises() {
        html.append("<h2>Promises</h2><table>");
        report.promises().forEach((promise, problems) -> {
            html.append("<tr><td>").append(escaped(promise));
            problems.forEach(problem -> html.append("<br>").append(escaped(problem)));
            html.append(problems.isEmpty() ? "<td class=\"kept\">kept" : "<td class=\"broken\">BROKEN");
        });
        html.append("</table>");
    }

    private void measures() {
        html.append(
                "<h2>Times, in milliseconds</h2><div class=\"scroll\"><table><tr><th>measured<th class=\"n\">times"
                        + "<th class=\"n\">p50<th class=\"n\">wanted<th class=\"n\">p99<th class=\"n\">wanted<th class=\"n\">max<th>");
        for (Measure measure : report.measures()) {
            String verdict = measure.verdict().name().toLowerCase(Locale.ROOT);
            html.append(String.format(
                    Locale.ROOT,
                    "<tr><td>%s<td class=\"n\">%d<td class=\"n\">%.1f<td class=\"n\">%s<td class=\"n\">%.1f"
                            + "<td class=\"n\">%s<td class=\"n\">%.1f<td class=\"%s\">%s",
                    escaped(measure.name()),
                    measure.count(),
                    measure.p50Ms(),
                    measure.targetP50Ms().isPresent()
                            ? "≤ " + measure.targetP50Ms().getAsDouble()
                            : "",
                    measure.p99Ms(),
                    measure.targetP99Ms().isPresent()
                            ? "≤ " + measure.targetP99Ms().getAsDouble()
                            : "",
                    measure.maxMs(),
                    verdict,
                    verdict.replace('_', ' ')));
        }
        html.append("</table></div>");
    }

    private void figures() {
        html.append("<h2>Figures</h2><table>");
        for (Map.Entry<String, Number> figure : report.figures().entrySet()) {
            html.append("<tr><td>")
                    .append(escaped(figure.getKey()))
                    .append("<td class=\"n\">")
                    .append(figure.getValue());
        }
        html.append("</table>");
    }

    private void notes() {
        if (!report.notes().isEmpty()) {
            html.append("<h2>Notes</h2><ul>");
            report.notes().forEach(note -> html.append("<li>").append(escaped(note)));
            html.append("</ul>");
        }
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
