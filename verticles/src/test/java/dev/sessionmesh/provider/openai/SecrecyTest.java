package dev.sessionmesh.provider.openai;

import static dev.sessionmesh.provider.openai.FakeModel.DONE;
import static dev.sessionmesh.provider.openai.FakeModel.finish;
import static dev.sessionmesh.provider.openai.FakeModel.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.provider.Talk;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.net.URI;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class SecrecyTest {
    private static final String KEY = FakeModel.KEY.reveal();

    @Test
    void the_key_is_in_no_log_line_and_no_failure_whatever_goes_wrong(Vertx vertx) {
        Queue<String> lines;
        try (Overheard log = new Overheard()) {
            lines = log.lines;
            FakeModel model = new FakeModel(vertx);
            model.thenStream(text("ok"), finish("stop"), DONE)
                    .thenRefuse(401, "Incorrect API key provided: " + KEY)
                    .thenRefuse(400, "{\"error\":{\"message\":\"your key " + KEY + " is fine, the rest is not\"}}")
                    .thenStream("data: {\"error\":{\"message\":\"" + KEY + "\"}}\n\n")
                    .thenBreakOff(text("half"))
                    .thenRefuse(503, KEY)
                    .thenRefuse(400, KEY);
            OpenAiSettings settings = model.settings().with(Running.QUICK);
            for (int i = 0; i < 5; i++) {
                String end =
                        Running.start(vertx, settings, Talk.about("hi")).end().toString();
                assertFalse(end.contains(KEY), end);
            }
            OpenAiSettings nowhere = OpenAiSettings.of(URI.create("http://127.0.0.1:1/v1"), FakeModel.KEY, "m")
                    .with(Running.QUICK);
            Running.start(vertx, nowhere, Talk.about("hi")).end();
            assertEquals(7, model.bodies.size());
        }
        assertTrue(lines.stream().anyMatch(line -> line.contains("bad_request")), "the log was watched");
        assertTrue(lines.stream().noneMatch(line -> line.contains(KEY)));
    }

    @Test
    void settings_do_not_print_it() {
        OpenAiSettings settings = OpenAiSettings.of(URI.create("https://example.org/v1"), FakeModel.KEY, "m");
        assertFalse(settings.toString().contains(KEY));
        assertTrue(settings.toString().contains("***"));
    }

    @Test
    void a_key_that_is_no_header_is_refused_without_being_told() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> Secret.of("sk-secret\r\nx: y"));
        assertFalse(refused.getMessage().contains("sk-secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host/v1", "https://user:pw@host/v1", "https://host/v1?key=1", "/v1", "http:///v1"})
    void an_address_that_is_none_is_refused(String address) {
        assertThrows(IllegalArgumentException.class, () -> OpenAiSettings.of(URI.create(address), Secret.NONE, "m"));
    }
}
