package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.check.Checker;
import dev.sessionmesh.chaos.check.CutOffTabs;
import dev.sessionmesh.chaos.check.Evidence;
import dev.sessionmesh.chaos.check.UnknownOutcomes;
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
import java.util.Optional;
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
 * @param refused how often the nodes turned something away, by code; absent when nobody could ask them
 * @param notes what a person should read beside the verdict
 */
record Run(
        String drill,
        DrillSettings settings,
        History history,
        Map<String, List<Seen>> logs,
        Map<String, List<String>> findings,
        List<Measure> measures,
        Optional<Map<String, Long>> refused,
        List<String> notes) {

    private static final String HISTORY = "history.jsonl";
    private static final String LOGS = "logs.jsonl";
    private static final String REST = "run.json";

    /** The same with what was taken beside the history. */
    Run with(List<Measure> taken, Optional<Map<String, Long>> turnedAway, List<String> read) {
        return new Run(drill, settings, history, logs, findings, taken, turnedAway, read);
    }

    Report judge() {
        Evidence evidence = new Evidence(history, logs);
        Map<Checker, List<String>> problems = new LinkedHashMap<>();
        Checker.all().forEach(checker -> problems.put(checker, checker.problems(evidence)));
        Map<String, List<String>> promises = new LinkedHashMap<>(findings);
        problems.forEach((checker, found) -> promises.put(checker.promise(), found));
        List<String> told = new ArrayList<>(notes);
        CutOffTabs.of(evidence)
                .differences(evidence)
                .forEach(one -> told.add("shown by a cut-off node and not in the log: " + one));
        List<Entry> entries = history.entries();
        List<Failover> failovers = Failovers.of(entries);
        return new Report(
                drill,
                settings,
                Scorecard.of(this, evidence, problems, failovers),
                times(entries, failovers),
                promises,
                failovers,
                UnknownOutcomes.of(evidence),
                figures(entries),
                told);
    }

    /** What has no data is left out where the run could have none: without a target, of faults of another kind. */
    private List<Measure> times(List<Entry> entries, List<Failover> failovers) {
        List<Measure> times = new ArrayList<>(Failovers.measures(failovers));
        times.addAll(Timings.of(entries).measures());
        times.addAll(Silences.measures(entries));
        times.addAll(measures);
        times.removeIf(measure -> measure.count() == 0 && measure.verdict() == Verdict.NO_TARGET);
        boolean observed = entries.stream()
                .anyMatch(e -> e instanceof Entry.Nemesis n && n.act().equals(Timings.OBSERVE));
        times.removeIf(measure -> measure.count() == 0
                && (measure.name().startsWith(Silences.NAME)
                        || measure.name().endsWith(Failovers.LAST_SIGN) != observed));
        return List.copyOf(times);
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
        figures.put("frames delivered", count(entries, Entry.Received.class::isInstance));
        figures.put(
                "events delivered",
                history.all(Entry.Received.class)
                        .mapToLong(r -> r.seen().seq() - r.seen().from() + 1)
                        .sum());
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
        refused.ifPresent(codes -> rest.put("refused", new JsonObject(Map.copyOf(codes))));
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
                    Optional.ofNullable(rest.getJsonObject("refused")).map(Refusals::counts),
                    rest.getJsonArray("notes").stream().map(String::valueOf).toList());
        } catch (IOException
                | UncheckedIOException
                | DecodeException
                | NullPointerException
                | ClassCastException
                | IllegalArgumentException e) {
            // A file that lacks what a run writes shows itself in any of these ways.
            throw new IllegalArgumentException("no whole run in " + dir + ": " + e.getMessage(), e);
        }
    }

    private static Stream<JsonObject> objects(JsonObject json, String name) {
        return json.getJsonArray(name).stream().map(JsonObject.class::cast);
    }
}
