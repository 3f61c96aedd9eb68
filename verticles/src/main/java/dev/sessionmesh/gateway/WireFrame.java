package dev.sessionmesh.gateway;

import dev.sessionmesh.gateway.socket.EncodedFrame;

/**
 * One JSON frame, encoded once and shared by every tab of the node.
 *
 * @param from first seq it stands for; 0 for a frame that is not in the log
 * @param seq last seq it stands for
 * @param encoded as a WebSocket frame
 */
public record WireFrame(long from, long seq, EncodedFrame encoded) {
    /** @param json its UTF-8 bytes */
    public static WireFrame event(long from, long seq, byte[] json) {
        return new WireFrame(from, seq, EncodedFrame.text(json));
    }

    /** A frame that is not in the log. */
    public static WireFrame signal(byte[] json) {
        return event(0, 0, json);
    }

    /** The JSON alone, in UTF-8. */
    public byte[] json() {
        return encoded.payload();
    }
}
