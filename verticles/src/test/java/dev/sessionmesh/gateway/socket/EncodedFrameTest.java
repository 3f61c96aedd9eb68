package dev.sessionmesh.gateway.socket;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EncodedFrameTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 125, 126, 127, 128, 255, 256, 65_534, 65_535, 65_536, 65_537, 200_000})
    void is_byte_for_byte_what_the_reference_encoder_writes(int length) {
        byte[] payload = "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
        EmbeddedChannel reference = new EmbeddedChannel(new WebSocket13FrameEncoder(false));
        reference.writeOutbound(new TextWebSocketFrame("x".repeat(length)));
        ByteBuf expected = reference.alloc().buffer();
        for (ByteBuf part = reference.readOutbound(); part != null; part = reference.readOutbound()) {
            expected.writeBytes(part);
            part.release();
        }

        EncodedFrame frame = EncodedFrame.text(payload);

        assertArrayEquals(ByteBufUtil.getBytes(expected), ByteBufUtil.getBytes(frame.view()));
        assertEquals(expected.readableBytes(), frame.bytes());
        expected.release();
        reference.finishAndReleaseAll();
    }

    @Test
    void decodes_to_the_text_it_was_made_of() {
        String text = "gr\u00fc\u00df dich \uD83D\uDC4B ".repeat(40);
        EmbeddedChannel client = new EmbeddedChannel(new WebSocket13FrameDecoder(false, true, 1 << 20));
        client.writeInbound(EncodedFrame.text(text).view());

        TextWebSocketFrame decoded = assertInstanceOf(TextWebSocketFrame.class, client.readInbound());
        assertEquals(text, decoded.text());
        assertTrue(decoded.isFinalFragment());
        decoded.release();
        client.finishAndReleaseAll();
    }

    @Test
    void does_not_change_with_the_array_it_was_made_of() {
        byte[] payload = "first".getBytes(StandardCharsets.US_ASCII);
        EncodedFrame frame = EncodedFrame.text(payload);
        Arrays.fill(payload, (byte) '?');

        assertEquals("first", frame.view().skipBytes(2).toString(StandardCharsets.US_ASCII));
    }

    @Test
    void serves_one_socket_no_worse_after_another_released_its_view() {
        EncodedFrame frame = EncodedFrame.text("shared");
        ByteBuf first = frame.view();
        ByteBuf second = frame.view();
        first.skipBytes(4);

        assertTrue(first.release());
        assertFalse(second.refCnt() == 0);
        assertEquals(8, second.readableBytes());
        assertEquals("shared", second.skipBytes(2).toString(StandardCharsets.US_ASCII));
    }
}
