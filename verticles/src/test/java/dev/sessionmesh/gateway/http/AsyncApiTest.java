package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessionmesh.codec.json.ClientFrame;
import dev.sessionmesh.codec.json.ClientFrames;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AsyncApiTest {
    private static final FrameSchemas SCHEMAS = new FrameSchemas();

    @Test
    void every_golden_frame_is_as_documented_and_every_documented_frame_has_one() {
        Map<String, String> frames = Documents.page("server-frames.txt");
        Set<String> missing = SCHEMAS.messages("server.");
        frames.forEach((name, frame) -> {
            assertEquals(List.of(), SCHEMAS.problemsOfServer(frame), name);
            JsonNode json = Documents.json(frame);
            boolean recovering = json.path("status").asText().equals("recovering");
            missing.remove(
                    "server." + (recovering ? "recovering" : json.path("type").asText()));
        });
        assertEquals(Set.of(), missing);
    }

    @Test
    void a_frame_with_something_undocumented_is_noticed() {
        String token = "{\"type\":\"token\",\"session\":\"s1\",\"seq\":1,\"messageId\":\"m1\",\"text\":\"\"";
        assertEquals(List.of(), SCHEMAS.problemsOfServer(token + "}"));
        assertFalse(SCHEMAS.problemsOfServer(token + ",\"mood\":1}").isEmpty());
        assertFalse(
                SCHEMAS.problemsOfServer(token.replace("\"seq\":1,", "") + "}").isEmpty());
        assertFalse(SCHEMAS.problemsOfServer("{\"type\":\"dance\"}").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"attach\",\"session\":\"s1\",\"after\":3,\"pos\":\"AQAAAAAAAAAHAAAAAAAAAAk\"}",
                "{\"type\":\"attach\",\"session\":\"s1\",\"presence\":true,\"device\":\"phone\"}",
                "{\"type\":\"presence\",\"watch\":true,\"typing\":false,\"focus\":\"m1\",\"status\":\"\"}",
                "{\"type\":\"read\",\"seq\":7}",
                "{\"type\":\"detach\"}",
                "{\"type\":\"input\",\"id\":\"c1\",\"session\":\"s1\",\"text\":\"hi\",\"policy\":\"reject\"}",
                "{\"type\":\"approve\",\"callId\":\"k1\"}",
                "{\"type\":\"reject\",\"callId\":\"k1\",\"reason\":\"no\"}",
                "{\"type\":\"cancel\",\"turn\":\"t1\"}",
                "{\"type\":\"steer\",\"instruction\":\"go on\"}",
                "{\"type\":\"tool_result\",\"callId\":\"k1\",\"result\":[null]}",
                "{\"type\":\"tool_result\",\"callId\":\"k1\",\"error\":\"broken\"}",
                "{\"type\":\"ping\",\"id\":\"p1\"}",
                "{\"type\":\"auth\",\"id\":\"a1\",\"token\":\"a.b.c\"}"
            })
    void a_documented_client_frame_is_understood(String frame) {
        assertEquals(List.of(), SCHEMAS.problemsOfClient(frame));
        assertFalse(ClientFrames.parse(frame, Limits.DEFAULT) instanceof ClientFrame.Invalid);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"attach\"}",
                "{\"type\":\"attach\",\"session\":\"s1\",\"after\":-1}",
                "{\"type\":\"attach\",\"session\":\"s1\",\"device\":\"my phone\"}",
                "{\"type\":\"presence\",\"typing\":\"yes\"}",
                "{\"type\":\"read\"}",
                "{\"type\":\"input\",\"text\":\"\"}",
                "{\"type\":\"input\",\"text\":\"a\",\"policy\":\"maybe\"}",
                "{\"type\":\"input\",\"text\":\"a\",\"id\":\"a b\"}",
                "{\"type\":\"approve\"}",
                "{\"type\":\"steer\"}",
                "{\"type\":\"auth\"}",
                "{\"type\":\"tool_result\",\"callId\":\"k1\"}",
                "{\"type\":\"tool_result\",\"callId\":\"k1\",\"result\":1,\"error\":\"x\"}"
            })
    void what_the_document_refuses_the_server_refuses_too(String frame) {
        assertFalse(SCHEMAS.problemsOfClient(frame).isEmpty());
        assertInstanceOf(ClientFrame.Invalid.class, ClientFrames.parse(frame, Limits.DEFAULT));
    }

    @Test
    void both_channels_and_operations_name_every_message() {
        JsonNode document = SCHEMAS.document();
        Set<String> all = names(document.at("/components/messages"));
        assertEquals(all, names(document.at("/channels/multiplexed/messages")));
        assertEquals(all, names(document.at("/channels/session/messages")));
        Set<String> operated = new TreeSet<>();
        for (String operation : List.of("command", "follow")) {
            document.at("/operations/" + operation + "/messages").forEach(reference -> {
                String[] steps = reference.get("$ref").asText().split("/");
                operated.add(steps[steps.length - 1]);
            });
        }
        assertEquals(all, operated);
    }

    @Test
    void it_knows_every_error_code() {
        Set<String> known = new TreeSet<>();
        SCHEMAS.document().at("/components/schemas/errorCode/enum").forEach(code -> known.add(code.asText()));
        assertEquals(
                Arrays.stream(ErrorCode.values()).map(ErrorCode::wire).collect(Collectors.toCollection(TreeSet::new)),
                known);
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
