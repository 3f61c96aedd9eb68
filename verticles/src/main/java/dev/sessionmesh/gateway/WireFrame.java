package dev.sessionmesh.gateway;

import dev.sessionmesh.gateway.socket.EncodedFrame;

/**
 * One JSON frame, encoded once and shared by every tab of the node.
 *
 * @param from first seq it stands for; 0 for a frame that is not in the log
 * @param seq last seq it stands for
 * @param json its UTF-8 bytes; nobody changes them
 * @param encoded the same as a WebSocket frame
 */
public record WireFrame(long from, long seq, byte[] json, EncodedFrame encoded) {
    public static WireFrame event(long from, long seq, byte[] json) {
        return new WireFrame(from, seq, json, EncodedFrame.text(json));
    }

    /** A frame that is not in the log. */
    public static WireFrame signal(byte[] json) {
        return new WireFrame(0, 0, json, EncodedFrame.text(json));
    }
}
