package dev.sessionmesh.console;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Puts together what several nodes saw: what has the same mark is one event, at the time of whoever saw it first. */
final class Timeline {
    /** The latest of all nodes that are told. */
    static final int MOST = 500;

    private static final class Event {
        private final JsonObject first;
        private Instant at;
        private final TreeSet<String> seenBy = new TreeSet<>();

        Event(JsonObject first, Instant at) {
            this.first = first;
            this.at = at;
        }

        void sees(String node, Instant when) {
            seenBy.add(node);
            at = when.isBefore(at) ? when : at;
        }

        Instant at() {
            return at;
        }

        JsonObject toJson() {
            return new JsonObject()
                    .put("at", at.toString())
                    .put("kind", first.getString("kind"))
                    .put("node", first.getString("node"))
                    .put("text", first.getString("text"))
                    .put("seenBy", new JsonArray(new ArrayList<>(seenBy)));
        }
    }

    private Timeline() {}

    /**
     * @param told of each node its name, and its {@link Chronicle} as {@code events}
     * @return newest first
     */
    static JsonArray of(List<JsonObject> told) {
        Map<String, Event> events = new LinkedHashMap<>();
        for (JsonObject answer : told) {
            String node = answer.getString("name");
            int no = 0;
            for (Object each : answer.getJsonArray("events")) {
                JsonObject entry = (JsonObject) each;
                Instant at = Instant.parse(entry.getString("at"));
                String mark = entry.getString("mark");
                String own = mark.isEmpty() ? node + " " + no++ : entry.getString("node") + " " + mark;
                events.computeIfAbsent(entry.getString("kind") + " " + own, key -> new Event(entry, at))
                        .sees(node, at);
            }
        }
        JsonArray rows = new JsonArray();
        events.values().stream()
                .sorted(Comparator.comparing(Event::at).reversed())
                .limit(MOST)
                .forEach(event -> rows.add(event.toJson()));
        return rows;
    }
}
