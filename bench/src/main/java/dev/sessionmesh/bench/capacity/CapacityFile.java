package dev.sessionmesh.bench.capacity;

import dev.sessionmesh.bench.capacity.Capacity.Load;
import dev.sessionmesh.bench.capacity.Capacity.Plan;
import dev.sessionmesh.bench.capacity.Capacity.Unit;
import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.codec.json.EventJson;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code bench/capacity.json}: which results of benchmarks count, what is assumed, and the loads to be looked at. */
final class CapacityFile {
    /** Longer frames from a server have two bytes more before them. */
    private static final int SHORT_FRAME = 125;

    private static final int TOKEN_CHARS = 4;
    private static final Pattern TOKENS = Pattern.compile("([\\d,]+) tokens/s");

    private final Path bench;
    private final JsonObject file;

    CapacityFile(Path bench) throws IOException {
        this.bench = bench;
        this.file = new JsonObject(Files.readString(bench.resolve("capacity.json")));
    }

    Capacity capacity() throws IOException {
        double deliveries = measured("deliveries");
        double dearer = measured("appendsOfThreeCopies") / measured("appendsOfTwoCopies");
        JsonObject assumed = file.getJsonObject("assumed");
        Unit unit = new Unit(
                deliveries / assumed.getDouble("measuredTabsPerSession") * dearer,
                deliveries,
                measured("tabKb"),
                measured("sessionKb"),
                measured("turnKb"),
                frame(),
                BatchCodec.encode(batch()).length);
        Plan plan = new Plan(
                assumed.getDouble("busy"),
                assumed.getDouble("filled"),
                assumed.getInteger("copies"),
                assumed.getInteger("nodeProcessors"),
                assumed.getDouble("nodeHeapGb"),
                assumed.getDouble("nodeBaseMb"),
                assumed.getInteger("spareNodes"),
                assumed.getInteger("cellNodes"),
                assumed.getDouble("overheadBytes"));
        return new Capacity(unit, plan);
    }

    JsonObject assumed() {
        return file.getJsonObject("assumed");
    }

    List<Load> loads() {
        return objects("loads").stream()
                .map(load -> new Load(
                        load.getString("name"),
                        load.getLong("tabs"),
                        load.getLong("sessions"),
                        load.getDouble("turns"),
                        load.getLong("running"),
                        load.getDouble("tokensPerSecond"),
                        load.getDouble("watching")))
                .toList();
    }

    /** A result of a benchmark: one of its figures, or what one of its notes says of tokens each second. */
    double measured(String name) throws IOException {
        JsonObject wanted = file.getJsonObject("measured").getJsonObject(name);
        JsonObject results =
                new JsonObject(Files.readString(bench.resolve("results").resolve(wanted.getString("results"))));
        JsonObject benchmark = objects(results.getJsonArray("benchmarks"), "benchmark", wanted.getString("benchmark"));
        if (wanted.containsKey("figure")) {
            return objects(benchmark.getJsonArray("figures"), "name", wanted.getString("figure"))
                    .getDouble("value");
        }
        String note = benchmark.getJsonArray("notes").stream()
                .map(String.class::cast)
                .filter(said -> said.startsWith(wanted.getString("note")))
                .findFirst()
                .orElseThrow();
        Matcher tokens = TOKENS.matcher(note);
        if (!tokens.find()) {
            throw new IllegalStateException("no tokens/s in: " + note);
        }
        return Double.parseDouble(tokens.group(1).replace(",", ""));
    }

    private List<JsonObject> objects(String name) {
        return file.getJsonArray(name).stream().map(JsonObject.class::cast).toList();
    }

    private static JsonObject objects(JsonArray all, String field, String value) {
        return all.stream()
                .map(JsonObject.class::cast)
                .filter(one -> value.equals(one.getString(field)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no " + field + " " + value));
    }

    /** A token as models say them. */
    private static EventBatch batch() {
        TokenRun run = TokenRun.of(List.of("x".repeat(TOKEN_CHARS)));
        return new EventBatch(
                1_000, 1_750_000_000_000L, List.of(new Event.Tokens("t10", "m10", 0, DeltaKind.TEXT, run)));
    }

    private static int frame() {
        EventBatch batch = batch();
        SessionKey key = new SessionKey(SessionKey.DEFAULT_TENANT, "x".repeat(22));
        int json = EventJson.frame(key, batch.from(), batch.at(), batch.events().getFirst()).length;
        return json + (json > SHORT_FRAME ? 4 : 2);
    }
}
