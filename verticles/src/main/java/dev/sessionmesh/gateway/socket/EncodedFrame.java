package dev.sessionmesh.gateway.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One WebSocket text frame, header and payload, encoded once and then written to any number of sockets on any event loop.
 *
 * <p>It is a plain byte array that each write wraps for itself: nothing to release, no reference count that event loops would
 * fight over, and a frame held by the tail of a session costs its bytes and no more. Netty copies a heap buffer into pooled
 * direct memory when it sends it. Buffers that are direct from the start spare the copy but measured no faster within the noise,
 * and would have to be counted or left to the cleaner.
 */
public final class EncodedFrame {
    private static final byte FINAL_TEXT = (byte) 0x81;
    private static final int LENGTH_IN_16_BITS = 126;
    private static final int LENGTH_IN_64_BITS = 127;

    private final byte[] bytes;

    private EncodedFrame(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A whole text message in one unmasked frame, as servers send it. The array is copied.
     *
     * @param utf8 well-formed UTF-8; nobody checks it again
     */
    public static EncodedFrame text(byte[] utf8) {
        int length = utf8.length;
        int header = length < LENGTH_IN_16_BITS ? 2 : length <= 0xFFFF ? 4 : 10;
        byte[] bytes = new byte[header + length];
        bytes[0] = FINAL_TEXT;
        switch (header) {
            case 2 -> bytes[1] = (byte) length;
            case 4 -> {
                bytes[1] = LENGTH_IN_16_BITS;
                bytes[2] = (byte) (length >>> 8);
                bytes[3] = (byte) length;
            }
            default -> {
                // Bytes 2 to 5 stay zero: a length of 63 bits that fits an int.
                bytes[1] = LENGTH_IN_64_BITS;
                bytes[6] = (byte) (length >>> 24);
                bytes[7] = (byte) (length >>> 16);
                bytes[8] = (byte) (length >>> 8);
                bytes[9] = (byte) length;
            }
        }
        System.arraycopy(utf8, 0, bytes, header, length);
        return new EncodedFrame(bytes);
    }

    public static EncodedFrame text(String text) {
        return text(text.getBytes(StandardCharsets.UTF_8));
    }

    /** What this frame takes on the wire, header included. */
    public int bytes() {
        return bytes.length;
    }

    /** A copy of the text alone. */
    public byte[] payload() {
        int header = bytes[1] == LENGTH_IN_64_BITS ? 10 : bytes[1] == LENGTH_IN_16_BITS ? 4 : 2;
        return Arrays.copyOfRange(bytes, header, bytes.length);
    }

    /** A view for one write; its reference count is its own. */
    ByteBuf view() {
        return Unpooled.wrappedBuffer(bytes);
    }
}
