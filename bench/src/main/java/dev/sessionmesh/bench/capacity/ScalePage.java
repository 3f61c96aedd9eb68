package dev.sessionmesh.bench.capacity;

import dev.sessionmesh.bench.capacity.Capacity.Load;
import dev.sessionmesh.bench.capacity.Capacity.Need;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tables of docs/scale.md: each stands between two marks, and is written anew from what {@code bench/capacity.json} says. */
final class ScalePage {
    private static final Pattern TABLE =
            Pattern.compile("(<!-- computed: (\\w+) -->\n).*?(<!-- end -->)", Pattern.DOTALL);

    private final CapacityFile file;
    private final Capacity capacity;

    ScalePage(Path bench) throws IOException {
        this.file = new CapacityFile(bench);
        this.capacity = file.capacity();
    }

    /** The page with its tables as they must be. */
    String rewritten(String page) {
        Map<String, String> tables = tables();
        return TABLE.matcher(page)
                .replaceAll(mark -> Matcher.quoteReplacement(
                        mark.group(1) + tables.getOrDefault(mark.group(2), "no such table\n") + mark.group(3)));
    }

    Map<String, String> tables() {
        Map<String, String> tables = new LinkedHashMap<>();
        tables.put("units", units());
        tables.put("plan", plan());
        tables.put("loads", loads());
        tables.put("needs", needs());
        return tables;
    }

    private String units() {
        Capacity.Unit unit = capacity.unit();
        return table(
                List.of("of", "measured", "planned with"),
                List.of(
                        row(
                                "tokens/s appended with three copies, per processor",
                                number(unit.tokens()),
                                number(capacity.tokensPerProcessor())),
                        row(
                                "tokens/s delivered to tabs, per processor",
                                number(unit.deliveries()),
                                number(capacity.deliveriesPerProcessor())),
                        row("tabs per GB of heap", kb(unit.tabKb()) + " each", number(capacity.tabsPerGb())),
                        row(
                                "empty sessions per GB of heap, all copies",
                                kb(unit.sessionKb()) + " a copy",
                                number(capacity.sessionsPerGb(0))),
                        row(
                                "sessions of 20 turns per GB, all copies",
                                kb(unit.turnKb()) + " a turn and copy",
                                number(capacity.sessionsPerGb(20))),
                        row("bytes of a token to a tab", number(unit.frameBytes()), number(unit.frameBytes())),
                        row(
                                "bytes of a token between nodes",
                                number(unit.batchBytes()),
                                number(unit.batchBytes() + capacity.plan().overheadBytes()))));
    }

    private String plan() {
        JsonObject assumed = file.assumed();
        return table(
                List.of("assumed", ""),
                assumed.fieldNames().stream()
                        .map(name -> row("`" + name + "`", String.valueOf(assumed.getValue(name))))
                        .toList());
    }

    private String loads() {
        return table(
                List.of(
                        "load",
                        "tabs",
                        "sessions in memory",
                        "turns kept of each",
                        "turns at a time",
                        "tokens/s of each",
                        "tabs that watch each"),
                file.loads().stream().map(ScalePage::load).toList());
    }

    private static List<String> load(Load load) {
        return row(
                load.name(),
                number((double) load.tabs()),
                number((double) load.sessions()),
                number(load.turns()),
                number((double) load.running()),
                number(load.tokensPerSecond()),
                one(load.watching()));
    }

    private String needs() {
        return table(
                List.of(
                        "load",
                        "tokens/s",
                        "deliveries/s",
                        "busy processors",
                        "heap",
                        "nodes",
                        "cells",
                        "to tabs",
                        "between nodes"),
                file.loads().stream()
                        .map(load -> need(load.name(), capacity.of(load)))
                        .toList());
    }

    private static List<String> need(String name, Need need) {
        return row(
                name,
                number(need.tokens()),
                number(need.deliveries()),
                one(need.processors()),
                one(need.heapGb()) + " GB",
                number(need.nodes()),
                number(need.cells()),
                number(need.clientMbit()) + " Mbit/s",
                number(need.meshMbit()) + " Mbit/s");
    }

    private static List<String> row(String... cells) {
        return List.of(cells);
    }

    private static String table(List<String> head, List<List<String>> rows) {
        StringBuilder table =
                new StringBuilder(line(head)).append("|---".repeat(head.size())).append("|\n");
        rows.forEach(row -> table.append(line(row)));
        return table.toString();
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%,d", Math.round(value));
    }

    private static String one(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }

    private static String kb(double value) {
        return one(value) + " KB";
    }
}
