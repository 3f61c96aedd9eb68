package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the API's description shows is sent as it stands, each call to a server of its own in the state that {@link ExampleStates} arranges, and the answer is
 * held against the one that is shown.
 */
@Timeout(30)
class OpenApiExamplesTest {
    private static final String STREAM = "text/event-stream";
    private static final JsonNode DOCUMENT =
            Documents.yaml("verticles/src/main/resources/dev/sessionmesh/gateway/http/openapi.yaml");
    private static final ShownCalls SHOWN = new ShownCalls(DOCUMENT);
    private static final FrameSchemas FRAMES = new FrameSchemas();

    @TempDir
    private static Path dir;

    @Test
    void all_that_should_be_shown_is_and_nothing_is_shown_in_vain() {
        assertEquals(List.of(), SHOWN.faults());
    }

    @Test
    void what_is_shown_is_prepared_and_nothing_else_is() {
        assertEquals(SHOWN.calls().keySet(), new TreeSet<>(ExampleStates.BEFORE.keySet()));
    }

    static Set<String> calls() {
        return SHOWN.calls().keySet();
    }

    @ParameterizedTest
    @MethodSource("calls")
    void what_is_shown_is_what_happens(String key) {
        assertAll(key, () -> run(SHOWN.calls().get(key)));
    }

    private static void run(ShownCall call) throws Exception {
        assertEquals(
                List.of(),
                call.body()
                        .map(body -> Documents.problems(DOCUMENT, body.schema(), body.value()))
                        .orElse(List.of()));
        ExampleStates.Arrangement before = Optional.ofNullable(ExampleStates.BEFORE.get(call.key()))
                .orElseThrow(() -> new AssertionError("nothing prepares it"));
        Path keys = BackEnds.file(dir);
        try (HttpNode node = new HttpNode(Optional.empty(), vertx -> Optional.of(BackEnds.admission(vertx, keys)))) {
            node.credential = BackEnds.ALL;
            before.arrange(node);
            HttpResponse<Stream<String>> response = node.client().send(request(node, call), BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                check(call, response, lines);
            }
        }
    }

    private static HttpRequest request(HttpNode node, ShownCall call) {
        HttpRequest.Builder request = node.request(call.path());
        call.headers().forEach(request::header);
        call.answer().ifPresent(answer -> request.header("Accept", answer.mediaType()));
        call.body().ifPresent(body -> request.header("Content-Type", body.mediaType()));
        return request.method(
                        call.method().toUpperCase(Locale.ROOT),
                        call.body()
                                .map(body -> BodyPublishers.ofString(body.text()))
                                .orElse(BodyPublishers.noBody()))
                .build();
    }

    private static void check(ShownCall call, HttpResponse<?> response, Stream<String> lines) {
        String status = Integer.toString(response.statusCode());
        if (call.body().isPresent() || call.answer().isEmpty()) {
            assertTrue(status.startsWith("2") && call.answers().contains(status), () -> status + said(lines));
        }
        if (call.answer().isPresent()) {
            check(call, call.answer().get(), response, lines);
        }
    }

    private static void check(ShownCall call, ShownCall.Answer shown, HttpResponse<?> response, Stream<String> lines) {
        assertEquals(shown.status(), Integer.toString(response.statusCode()));
        String type = response.headers().firstValue("Content-Type").orElse("");
        assertEquals(shown.mediaType(), type.split(";", 2)[0]);
        assertEquals(List.of(), Documents.problems(DOCUMENT, shown.schema(), shown.value()));
        switch (shown.mediaType()) {
            case STREAM -> {
                ArrayNode events =
                        Likeness.events(shown.value().asText().lines().iterator(), Integer.MAX_VALUE);
                assertFalse(events.isEmpty(), "no events are shown");
                like(events, Likeness.events(lines.iterator(), events.size()));
                frames(call, events.findValues("data"));
            }
            case "application/json" -> {
                JsonNode given = Documents.json(said(lines));
                assertEquals(List.of(), Documents.problems(DOCUMENT, shown.schema(), given));
                like(shown.value(), given);
                frames(call, shown.value().path("events"));
            }
            default -> assertFalse(said(lines).isEmpty());
        }
    }

    /** To the description a frame is an open object; what is in it, the other document knows. */
    private static void frames(ShownCall call, Iterable<JsonNode> frames) {
        if (call.key().startsWith("readEvents/")) {
            frames.forEach(
                    frame -> assertEquals(List.of(), FRAMES.problemsOfServer(frame.toString()), frame::toString));
        }
    }

    private static void like(JsonNode shown, JsonNode given) {
        assertEquals(List.of(), Likeness.differences(shown, given), given::toPrettyString);
    }

    private static String said(Stream<String> lines) {
        return String.join("\n", lines.toList());
    }

    @Test
    void every_command_is_shown() {
        Set<String> shown = new TreeSet<>();
        SHOWN.calls().values().stream()
                .filter(call -> call.key().startsWith("sendCommand/"))
                .forEach(call ->
                        shown.add(call.body().orElseThrow().value().get("type").asText()));
        Set<String> known = new TreeSet<>();
        DOCUMENT.at("/components/schemas/Command/properties/type/enum").forEach(type -> known.add(type.asText()));
        assertEquals(known, shown);
    }

    @Test
    void no_field_of_a_request_can_be_misspelt() {
        int fields = 0;
        for (ShownCall call : SHOWN.calls().values()) {
            for (ShownCall.Body body : call.body().stream().toList()) {
                for (var field : body.value().properties()) {
                    ObjectNode wrong = body.value().deepCopy();
                    wrong.set(field.getKey() + "s", wrong.remove(field.getKey()));
                    assertFalse(
                            Documents.problems(DOCUMENT, body.schema(), wrong).isEmpty(), call.key() + wrong);
                    fields++;
                }
            }
        }
        assertTrue(fields > 80, "only " + fields + " fields are shown");
    }

    @Test
    void an_answer_that_is_less_than_what_is_shown_is_noticed() {
        JsonNode shown = Documents.json("{\"id\":\"a\",\"n\":1,\"of\":[{\"type\":\"x\",\"deep\":true}]}");
        assertEquals(
                List.of(),
                differences(shown, "{\"id\":\"b\",\"n\":2,\"of\":[{\"type\":\"x\",\"deep\":false},7],\"more\":1}"));
        for (String less : List.of(
                "{\"n\":1,\"of\":[{\"type\":\"x\",\"deep\":true}]}",
                "{\"id\":null,\"n\":1,\"of\":[{\"type\":\"x\",\"deep\":true}]}",
                "{\"id\":\"a\",\"n\":1.5,\"of\":[{\"type\":\"x\",\"deep\":true}]}",
                "{\"id\":\"a\",\"n\":1,\"of\":[]}",
                "{\"id\":\"a\",\"n\":1,\"of\":[{\"type\":\"y\",\"deep\":true}]}",
                "{\"id\":\"a\",\"n\":1,\"of\":[{\"type\":\"x\",\"depth\":true}]}")) {
            assertEquals(1, differences(shown, less).size(), less);
        }
    }

    private static List<String> differences(JsonNode shown, String given) {
        return Likeness.differences(shown, Documents.json(given));
    }

    @Test
    void an_example_that_is_gone_or_that_nothing_calls_is_noticed() {
        ObjectNode bodies = changed("/paths/~1v1~1revocations/post/requestBody/content/application~1json", "examples");
        assertEquals(List.of("revoke has a body, but shows none"), new ShownCalls(bodies).faults());
        assertFalse(new ShownCalls(bodies).calls().containsKey("revoke/user"));

        ObjectNode answers = changed("/paths/~1v1~1cluster/get/responses/200/content/application~1json", "examples");
        assertEquals(List.of("getCluster shows no application/json for 200"), new ShownCalls(answers).faults());

        ObjectNode parameters = changed("/components/parameters/webhook", "example");
        assertFalse(new ShownCalls(parameters).faults().isEmpty());

        ObjectNode vain = DOCUMENT.deepCopy();
        vain.withObject("/components/schemas/Hash").put("example", "00");
        assertEquals(List.of("#/components/schemas/Hash shows what nothing calls"), new ShownCalls(vain).faults());
    }

    private static ObjectNode changed(String place, String without) {
        ObjectNode document = DOCUMENT.deepCopy();
        document.withObject(place).remove(without);
        return document;
    }
}
