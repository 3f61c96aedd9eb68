package dev.sessionmesh.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrameReaderTest {

    private static Frame read(String text) {
        return FrameReader.read(FrameReader.parse(text));
    }

    @Test
    void a_merged_token_frame_names_its_first_and_last_seq() {
        Frame.Token token = assertInstanceOf(
                Frame.Token.class,
                read(
                        "{\"type\":\"token\",\"session\":\"s1\",\"from\":5,\"seq\":9,\"messageId\":\"m1\",\"text\":\"1 2 \"}"));
        assertEquals(5, token.from());
        assertEquals(9, token.seq());
    }

    @Test
    void a_status_without_a_seq_is_the_recovering_signal() {
        assertEquals(
                new Frame.Recovering("s1", "t1"),
                read("{\"type\":\"agent_status\",\"session\":\"s1\",\"turn\":\"t1\",\"status\":\"recovering\"}"));
    }

    @Test
    void an_ack_is_an_answer_although_it_carries_a_seq() {
        assertEquals(
                new Ack("c:1", "s1", 7, true, false),
                read("{\"type\":\"ack\",\"id\":\"c:1\",\"session\":\"s1\",\"seq\":7,\"duplicate\":true}"));
    }

    @Test
    void tool_arguments_may_be_any_json() {
        Frame.ToolCall call = assertInstanceOf(
                Frame.ToolCall.class,
                read(
                        "{\"type\":\"tool_call\",\"session\":\"s1\",\"seq\":3,\"turn\":\"t1\",\"callId\":\"k1\",\"name\":\"x\","
                                + "\"arguments\":{\"path\":\"draft.txt\"},\"executor\":\"client\",\"approval\":\"none\"}"));
        assertEquals(new JsonObject().put("path", "draft.txt"), call.arguments());
    }

    @Test
    void presence_tells_tabs_agents_and_who_left() {
        Presence presence = assertInstanceOf(
                Presence.class,
                read("{\"type\":\"presence\",\"session\":\"s1\",\"full\":true,\"more\":3,\"here\":["
                        + "{\"tab\":\"t1\",\"user\":\"n2\",\"kind\":\"agent\",\"turn\":\"t1\"},"
                        + "{\"tab\":\"c1\",\"user\":\"ada\",\"kind\":\"person\",\"device\":\"phone\",\"typing\":true,\"read\":7}],"
                        + "\"left\":[{\"tab\":\"c2\"}]}"));
        assertEquals(3, presence.more());
        assertEquals("agent", presence.here().getFirst().kind());
        assertEquals(Optional.of("phone"), presence.here().getLast().device());
        assertEquals(7, presence.here().getLast().read());
        assertEquals(Optional.empty(), presence.left().getFirst().user());
    }

    @Test
    void unknown_types_pass_with_their_position_or_as_a_signal() {
        assertInstanceOf(Frame.Unknown.class, read("{\"type\":\"new\",\"session\":\"s1\",\"from\":2,\"seq\":4}"));
        assertInstanceOf(Frame.UnknownSignal.class, read("{\"type\":\"new\"}"));
    }

    @Test
    void absent_fields_are_empty() {
        Frame.Refused refused = assertInstanceOf(Frame.Refused.class, read("{\"type\":\"error\",\"code\":\"busy\"}"));
        assertEquals(Optional.empty(), refused.id());
        assertEquals(0, refused.retryAfterMs());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "nonsense",
                "{}",
                "{\"type\":7}",
                "{\"type\":\"token\",\"session\":\"s1\",\"seq\":\"one\",\"messageId\":\"m1\",\"text\":\"x\"}",
                "{\"type\":\"token\",\"session\":\"s1\",\"seq\":1,\"messageId\":\"m1\"}",
                "{\"type\":\"token\",\"session\":\"s1\",\"from\":9,\"seq\":1,\"messageId\":\"m1\",\"text\":\"x\"}",
                "{\"type\":\"attached\",\"session\":\"s1\",\"head\":0,\"pos\":\"p\",\"client\":\"c\",\"resumed\":false}",
                "{\"type\":\"ack\",\"seq\":1}",
                "{\"type\":\"presence\",\"session\":\"s1\",\"here\":[{\"user\":\"ada\"}]}",
                "{\"type\":\"presence\",\"session\":\"s1\",\"here\":[7]}",
            })
    void a_malformed_frame_is_refused(String text) {
        assertThrows(FrameReader.BadFrame.class, () -> read(text));
    }
}
