package dev.sessionmesh.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.console.Chronicle.Kind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private final AtomicLong now = new AtomicLong(1_000);
    private final Chronicle n1 = new Chronicle(() -> Instant.ofEpochMilli(now.get()));
    private final Chronicle n2 = new Chronicle(() -> Instant.ofEpochMilli(now.get()));

    private JsonArray together() {
        return Timeline.of(List.of(
                new JsonObject().put("name", "n1").put("events", n1.toJson()),
                new JsonObject().put("name", "n2").put("events", n2.toJson())));
    }

    private static List<String> told(JsonArray events) {
        return events.stream()
                .map(JsonObject.class::cast)
                .map(event ->
                        event.getString("kind") + " " + event.getString("node") + " " + event.getJsonArray("seenBy")
                                + " " + Instant.parse(event.getString("at")).toEpochMilli())
                .toList();
    }

    @Test
    void what_two_nodes_saw_is_one_event_at_the_time_of_the_first() {
        now.set(1_400);
        n1.note(Kind.LEFT, "n3", "uuid-3", "");
        now.set(1_200);
        n2.note(Kind.LEFT, "n3", "uuid-3", "");
        assertEquals(List.of("left n3 [\"n1\",\"n2\"] 1200"), told(together()));
    }

    @Test
    void another_incarnation_and_what_befell_one_node_only_are_events_of_their_own() {
        n1.note(Kind.JOINED, "n3", "uuid-3", "");
        now.set(2_000);
        n1.note(Kind.QUORUM_LOST, "n1", "", "");
        n2.note(Kind.QUORUM_LOST, "n2", "", "");
        now.set(3_000);
        n1.note(Kind.QUORUM_LOST, "n1", "", "");
        now.set(4_000);
        n2.note(Kind.JOINED, "n3", "uuid-4", "");
        assertEquals(
                List.of(
                        "joined n3 [\"n2\"] 4000",
                        "quorum_lost n1 [\"n1\"] 3000",
                        "quorum_lost n1 [\"n1\"] 2000",
                        "quorum_lost n2 [\"n2\"] 2000",
                        "joined n3 [\"n1\"] 1000"),
                told(together()));
    }

    @Test
    void a_node_keeps_the_latest_and_so_many_of_all_are_told() {
        for (int i = 0; i < 2 * Chronicle.KEPT; i++) {
            now.set(i);
            n1.note(Kind.WARNING, "n1", "", "");
            n2.note(Kind.WARNING, "n2", "", "");
        }
        assertEquals(Chronicle.KEPT, n1.toJson().size());
        assertEquals(
                Instant.ofEpochMilli(Chronicle.KEPT).toString(),
                n1.toJson().getJsonObject(0).getString("at"));
        assertEquals(Timeline.MOST, together().size());
    }
}
