package dev.sessionmesh.chaos.fault;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

final class ModelServerTest {

    private static JsonObject message(String role, String content) {
        return new JsonObject().put("role", role).put("content", content);
    }

    private static String answer(JsonObject... messages) {
        JsonArray all = new JsonArray();
        for (JsonObject message : messages) {
            all.add(message);
        }
        return String.join("|", ModelServer.pieces(all));
    }

    @Test
    void it_counts_as_far_as_it_was_asked_to() {
        assertEquals("0 |1 |2 |3 ", answer(message("user", "slow 4")));
        assertEquals(
                "0 |1 ",
                answer(message("user", "slow 4"), message("assistant", "0 1 2 3 "), message("user", "slow 2")));
    }

    @Test
    void it_goes_on_behind_the_last_words() {
        assertEquals(
                "1 |2 |3 ",
                answer(
                        message("user", "slow 4"),
                        message("assistant", "0 1 2 "),
                        message("user", "begin by repeating <<<1 2 >>>")));
    }
}
