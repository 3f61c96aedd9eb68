package dev.sessionmesh.codec;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;

/** Carries immutable messages over the event bus behind their length; within a node they are handed over as they are. */
abstract class FramedCodec<M> implements MessageCodec<M, M> {

    abstract byte[] bytes(M message);

    /** @throws MalformedBytesException if they are no message */
    abstract M message(byte[] bytes);

    @Override
    public final void encodeToWire(Buffer buffer, M message) {
        byte[] bytes = bytes(message);
        buffer.appendInt(bytes.length).appendBytes(bytes);
    }

    @Override
    public final M decodeFromWire(int position, Buffer buffer) {
        int left = buffer.length() - position - 4;
        int length = left < 0 ? -1 : buffer.getInt(position);
        if (length < 0 || length > left) {
            throw new MalformedBytesException("a message of " + length + " bytes exceeds its buffer");
        }
        return message(buffer.getBytes(position + 4, position + 4 + length));
    }

    @Override
    public final M transform(M message) {
        return message;
    }

    @Override
    public final byte systemCodecID() {
        return -1;
    }
}
