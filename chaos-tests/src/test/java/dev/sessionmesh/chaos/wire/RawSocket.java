package dev.sessionmesh.chaos.wire;

import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** A WebSocket client without manners: it can send any bytes, and shows every frame that comes back. */
final class RawSocket implements AutoCloseable {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    /** What came: a JSON text frame, or the end with its close code; 1006 when there was none. */
    sealed interface Got {
        record Json(JsonObject frame) implements Got {}

        record Closed(int code, String reason) implements Got {}
    }

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final byte[] MASK = {0x11, 0x22, 0x33, 0x44};
    private static final int TIMEOUT_MS = 10_000;
    private static final int FRAME_MAX = 16 << 20;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;
    private final String head;
    private boolean answersPings = true;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();

    /** Connects and upgrades; fails when the server does not answer 101. */
    RawSocket(URI node, String path) throws IOException {
        this(node, path, List.of());
    }

    /** @param headers whole lines */
    RawSocket(URI node, String path, List<String> headers) throws IOException {
        socket.connect(new InetSocketAddress(node.getHost(), node.getPort()), TIMEOUT_MS);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = socket.getOutputStream();
        String key = Base64.getEncoder().encodeToString("0123456789abcdef".getBytes(StandardCharsets.US_ASCII));
        String request = "GET " + path + " HTTP/1.1\r\nHost: " + node.getHost() + ":" + node.getPort()
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
                + key + "\r\n"
                + headers.stream().map(line -> line + "\r\n").collect(Collectors.joining())
                + "\r\n";
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        head = readHead();
        if (!head.startsWith("HTTP/1.1 101")) {
            throw new IOException("no upgrade: " + head);
        }
    }

    /** What the server answered to the upgrade. */
    String head() {
        return head;
    }

    private String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    /** From here on pings are left without an answer. */
    void stopAnsweringPings() {
        answersPings = false;
    }

    void timeout(int ms) throws SocketException {
        socket.setSoTimeout(ms);
    }

    RawSocket send(JsonObject frame) throws IOException {
        return text(frame.encode());
    }

    RawSocket text(String text) throws IOException {
        return frame(FIN | TEXT, text.getBytes(StandardCharsets.UTF_8), true);
    }

    /** Sends a frame with this first byte (FIN, reserved bits, opcode). */
    RawSocket frame(int first, byte[] payload, boolean masked) throws IOException {
        return raw(encoded(first, payload, masked));
    }

    static byte[] encoded(int first, byte[] payload, boolean masked) {
        ByteBuffer buffer = ByteBuffer.allocate(payload.length + 14);
        buffer.put((byte) first);
        int mask = masked ? MASKED : 0;
        if (payload.length < 126) {
            buffer.put((byte) (mask | payload.length));
        } else if (payload.length < 65_536) {
            buffer.put((byte) (mask | 126)).putShort((short) payload.length);
        } else {
            buffer.put((byte) (mask | 127)).putLong(payload.length);
        }
        if (masked) {
            buffer.put(MASK);
        }
        for (int i = 0; i < payload.length; i++) {
            buffer.put((byte) (masked ? payload[i] ^ MASK[i % 4] : payload[i]));
        }
        byte[] bytes = new byte[buffer.position()];
        buffer.flip().get(bytes);
        return bytes;
    }

    RawSocket raw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /** The next JSON frame or the end; pings are answered on the way. */
    Got next() throws IOException {
        try {
            while (true) {
                int first = in.readUnsignedByte();
                byte[] payload = payload();
                switch (first & 0x0f) {
                    case TEXT, CONTINUATION -> {
                        message.write(payload);
                        if ((first & FIN) != 0) {
                            String text = message.toString(StandardCharsets.UTF_8);
                            message.reset();
                            return new Got.Json(new JsonObject(text));
                        }
                    }
                    case CLOSE -> {
                        return closed(payload);
                    }
                    case PING -> {
                        if (answersPings) {
                            frame(FIN | PONG, payload, true);
                        }
                    }
                    case PONG -> {}
                    default -> throw new IOException("opcode " + (first & 0x0f) + " from the server");
                }
            }
        } catch (EOFException | SocketException e) {
            return new Got.Closed(1006, e.toString());
        }
    }

    private byte[] payload() throws IOException {
        int second = in.readUnsignedByte();
        if ((second & MASKED) != 0) {
            throw new IOException("a masked frame from the server");
        }
        long length = second & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        if (length > FRAME_MAX) {
            throw new IOException("a frame of " + length + " bytes from the server");
        }
        return in.readNBytes((int) length);
    }

    private static Got closed(byte[] payload) {
        if (payload.length < 2) {
            return new Got.Closed(1005, "");
        }
        int code = ((payload[0] & 0xff) << 8) | (payload[1] & 0xff);
        return new Got.Closed(code, new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
    }

    /** The next JSON frame; fails when the connection closes instead. */
    JsonObject json() throws IOException {
        return switch (next()) {
            case Got.Json(JsonObject frame) -> frame;
            case Got.Closed closed -> throw new AssertionError("the server closed: " + closed);
        };
    }

    /** The next frame of this type; what comes before it is passed over. */
    JsonObject await(String type) throws IOException {
        return collect(type).getLast();
    }

    /** Everything up to and including the next frame of this type. */
    List<JsonObject> collect(String type) throws IOException {
        List<JsonObject> frames = new ArrayList<>();
        do {
            frames.add(json());
        } while (!frames.getLast().getString("type").equals(type));
        return frames;
    }

    /** Everything up to and including the next status of this kind. */
    List<JsonObject> collectStatus(String status) throws IOException {
        List<JsonObject> frames = new ArrayList<>();
        do {
            frames.addAll(collect("agent_status"));
        } while (!frames.getLast().getString("status").equals(status));
        return frames;
    }

    /** Reads until the server closes. */
    Got.Closed awaitClose() throws IOException {
        while (true) {
            if (next() instanceof Got.Closed closed) {
                return closed;
            }
        }
    }

    /** A reset instead of an end, as a lost peer leaves it. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
