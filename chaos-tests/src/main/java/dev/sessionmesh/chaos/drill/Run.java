package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.check.Checker;
import dev.sessionmesh.chaos.check.CutOffTabs;
import dev.sessionmesh.chaos.check.Evidence;
import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Seen;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a run left behind. Everything that its report says follows from this, so that a run can be judged again by whoever doubts the
 * verdict, or by better checkers.
 *
 * @param history what the clients did and saw, and what was done to the nodes
 * @param logs the final log of each session
 * @param findings what the scenario itself looked at, by promise, with the ways in which it was broken
 * @param measures times that the scenario took itself
 * @param notes what a person should read beside the verdict
 */
record Run(
        String drill,
        DrillSettings settings,
        History history,
        Map<String, List<Seen>> logs,
        Map<String, List<String>> findings,
        List<Measure> measures,
        List<String> notes) {

    private static final String HISTORY = "history.jsonl";
    private static final String LOGS = "logs.jsonl";
    private static final String REST = "run.json";

    Report judge() {
        Evidence evidence = new Evidence(history, logs);
        Map<String, List<String>> promises = new LinkedHashMap<>(findings);
        for (Checker checker : Checker.all()) {
            promises.put(checker.promise(), checker.problems(evidence));
        }
        List<String> told = new ArrayList<>(notes);
        CutOffTabs.of(evidence)
                .differences(evidence)
                .forEach(one -> told.add("shown by a cut-off node and not in the log: " + one));
        List<Entry> entries = history.entries();
        List<Measure> all = new ArrayList<>(Timings.of(entries).measures());
        Silences.measures(entries).stream()
                .filter(measure -> measure.count() > 0)
                .forEach(all::add);
        all.addAll(measures);
        return new Report(drill, settings, figures(entries), all, promises, told);
    }

    private Map<String, Number> figures(List<Entry> entries) {
        Map<String, Number> figures = new LinkedHashMap<>();
        figures.put("kills", count(entries, e -> e instanceof Entry.Nemesis n && isKill(n)));
        entries.stream()
                .filter(e ->
                        e instanceof Entry.Nemesis n && !isKill(n) && !n.act().startsWith("start"))
                .map(e -> ((Entry.Nemesis) e).act())
                .forEach(act -> figures.merge("times: " + act, 1, (a, b) -> a.intValue() + b.intValue()));
        figures.put("turns ended", count(seen -> Timings.ENDS.contains(seen.field("status"))));
        figures.put("takeovers", count(seen -> seen.more().getBoolean("takeover", false)));
        figures.put(
                "events in the logs",
                logs.values().stream()
                        .mapToLong(l -> l.isEmpty() ? 0 : l.getLast().seq())
                        .sum());
        figures.put("commands", count(entries, Entry.Invoke.class::isInstance));
        figures.put("commands answered as duplicate", count(entries, e -> e instanceof Entry.Ok ok && ok.duplicate()));
        figures.put("commands acknowledged degraded", count(entries, e -> e instanceof Entry.Ok ok && ok.degraded()));
        figures.put("commands without an answer", count(entries, Entry.Info.class::isInstance));
        figures.put("frames delivered", count(entries, Entry.Received.class::isInstance));
        figures.put(
                "events delivered",
                history.all(Entry.Received.class)
                        .mapToLong(r -> r.seen().seq() - r.seen().from() + 1)
                        .sum());
        figures.put("reconnects", count(entries, Entry.Lost.class::isInstance));
        figures.put(
                "attached without a snapshot",
                count(entries, e -> e instanceof Entry.Following f && f.snapshotSeq() < 0));
        figures.put(
                "attached with a snapshot",
                count(entries, e -> e instanceof Entry.Following f && f.snapshotSeq() >= 0));
        return figures;
    }

    private static boolean isKill(Entry.Nemesis nemesis) {
        return nemesis.act().startsWith("kill");
    }

    private static long count(List<Entry> entries, Predicate<Entry> which) {
        return entries.stream().filter(which).count();
    }

    private long count(Predicate<Seen> which) {
        return logs.values().stream()
                .flatMap(List::stream)
                .filter(seen -> seen.type().equals("agent_status"))
                .filter(which)
                .count();
    }

    /** Leaves everything in {@code dir}. */
    void write(Path dir) {
        history.write(dir.resolve(HISTORY));
        JsonObject found = new JsonObject();
        findings.forEach((promise, problems) -> found.put(promise, new JsonArray(problems)));
        JsonObject rest = new JsonObject()
                .put("drill", drill)
                .put("settings", settings.json())
                .put("findings", found)
                .put(
                        "measures",
                        new JsonArray(measures.stream().map(Measure::json).toList()))
                .put("notes", new JsonArray(notes));
        try (BufferedWriter out = Files.newBufferedWriter(dir.resolve(LOGS))) {
            for (Map.Entry<String, List<Seen>> log : logs.entrySet()) {
                JsonArray events =
                        new JsonArray(log.getValue().stream().map(Seen::json).toList());
                out.write(new JsonObject()
                        .put("session", log.getKey())
                        .put("events", events)
                        .encode());
                out.newLine();
            }
            Files.writeString(dir.resolve(REST), rest.encodePrettily());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the run", e);
        }
    }

    /**
     * A run that was written before.
     *
     * @throws IllegalArgumentException when there is none in {@code dir}
     */
    static Run read(Path dir) {
        try (Stream<String> lines = Files.lines(dir.resolve(LOGS))) {
            JsonObject rest = new JsonObject(Files.readString(dir.resolve(REST)));
            Map<String, List<Seen>> logs = new LinkedHashMap<>();
            lines.map(JsonObject::new)
                    .forEach(log -> logs.put(
                            log.getString("session"),
                            objects(log, "events").map(Seen::parse).toList()));
            Map<String, List<String>> findings = new LinkedHashMap<>();
            JsonObject found = rest.getJsonObject("findings");
            found.fieldNames()
                    .forEach(promise -> findings.put(
                            promise,
                            found.getJsonArray(promise).stream()
                                    .map(String::valueOf)
                                    .toList()));
            return new Run(
                    rest.getString("drill"),
                    DrillSettings.parse(rest.getJsonObject("settings")),
                    History.read(dir.resolve(HISTORY)),
                    logs,
                    findings,
                    objects(rest, "measures").map(Measure::parse).toList(),
                    rest.getJsonArray("notes").stream().map(String::valueOf).toList());
        } catch (IOException | UncheckedIOException | DecodeException e) {
            throw new IllegalArgumentException("no whole run in " + dir + ": " + e.getMessage(), e);
        }
    }

    private static Stream<JsonObject> objects(JsonObject json, String name) {
        return json.getJsonArray(name).stream().map(JsonObject.class::cast);
    }
}
