package dev.sessionmesh.gateway.socket;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A WebSocket client made of a plain socket: it sees every byte, and reads only when told to. */
final class RawTab implements AutoCloseable {
    private static final int CLIENT_TIMEOUT_MILLIS = 20_000;

    /** One frame as it came. */
    static final class Frame {
        private final int first;
        private final byte[] payload;

        private Frame(int first, byte[] payload) {
            this.first = first;
            this.payload = payload;
        }

        int opcode() {
            return first & 0x0F;
        }

        byte[] payload() {
            return payload;
        }

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    private final Socket socket;
    private final DataInputStream in;

    private RawTab(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 8192));
    }

    static RawTab open(int port, String path) throws IOException {
        return open(new Socket(), port, path);
    }

    static RawTab openWithReceiveBuffer(int bytes, int port, String path) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(bytes);
        return open(socket, port, path);
    }

    private static RawTab open(Socket socket, int port, String path) throws IOException {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return over(socket, path);
    }

    static RawTab over(Socket socket, String path) throws IOException {
        socket.setSoTimeout(CLIENT_TIMEOUT_MILLIS);
        String upgrade = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n";
        socket.getOutputStream().write(upgrade.getBytes(StandardCharsets.US_ASCII));
        RawTab tab = new RawTab(socket);
        String head = tab.readHead();
        if (!head.startsWith("HTTP/1.1 101 ") || head.toLowerCase(Locale.ROOT).contains("extensions")) {
            throw new IOException("Not the upgrade that was asked for: " + head);
        }
        return tab;
    }

    private String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    Frame read() throws IOException {
        int first = in.readUnsignedByte();
        int length = in.readUnsignedByte();
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = Math.toIntExact(in.readLong());
        }
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new Frame(first, payload);
    }

    /** Whether the server closed the connection, with nothing before the end. */
    boolean atEnd() throws IOException {
        try {
            in.readUnsignedByte();
            return false;
        } catch (EOFException end) {
            return true;
        }
    }

    /** Sends a short frame, masked with zeros as far as clients must mask. */
    void send(int opcode, byte[] payload) throws IOException {
        sendAll(opcode, payload, 1);
    }

    /** Sends a short frame many times. */
    void sendAll(int opcode, byte[] payload, int times) throws IOException {
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) (0x80 | opcode);
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        BufferedOutputStream out = new BufferedOutputStream(socket.getOutputStream(), 65_536);
        for (int i = 0; i < times; i++) {
            out.write(frame);
        }
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
