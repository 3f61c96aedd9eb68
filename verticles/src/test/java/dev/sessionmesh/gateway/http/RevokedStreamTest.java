package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RevokedStreamTest {
    @TempDir
    private Path dir;

    @Test
    void an_event_stream_ends_with_the_key_that_opened_it() throws Exception {
        Path keys = TwoTenants.file(dir);
        try (HttpNode node = new HttpNode(Optional.empty(), vertx -> Optional.of(BackEnds.admission(vertx, keys)))) {
            BackEnds.post(node, TwoTenants.LOUD, "/v1/sessions", "{\"id\":\"s1\",\"model\":\"scripted:test\"}");
            var stream = node.client()
                    .send(
                            node.request("/v1/sessions/s1/events")
                                    .header("Authorization", "Bearer " + TwoTenants.LOUD)
                                    .header("Accept", "text/event-stream")
                                    .build(),
                            BodyHandlers.ofInputStream());
            assertEquals(200, stream.statusCode());
            Files.writeString(keys, Files.readString(keys).replace("\"loud\"", "\"another\""));
            List<String> lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))
                    .lines()
                    .toList();
            String last =
                    lines.stream().filter(line -> line.startsWith("data: ")).reduce("", (a, b) -> b);
            assertTrue(last.contains("\"unauthorized\""), last);
            assertEquals(
                    404,
                    node.send(node.request("/v1/sessions/s1").header("Authorization", "Bearer " + TwoTenants.LOUD))
                            .statusCode(),
                    "the key is another tenant's now");
        }
    }
}
