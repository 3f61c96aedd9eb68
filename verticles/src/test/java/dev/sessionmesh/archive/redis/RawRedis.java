package dev.sessionmesh.archive.redis;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Says one thing to a server, for tests that look or meddle behind the archive's back. Answers are strings and lists of them. */
final class RawRedis {
    private static final int PATIENCE_MILLIS = 10_000;

    private RawRedis() {}

    static Object ask(int port, Object... words) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            send(socket.getOutputStream(), words);
            return read(new BufferedInputStream(socket.getInputStream()));
        } catch (IOException failed) {
            throw new IllegalStateException(words[0] + " to port " + port, failed);
        }
    }

    static Talk talk(int port) {
        try {
            return new Talk(new Socket(InetAddress.getLoopbackAddress(), port));
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Several things one after the other on one connection. */
    record Talk(Socket socket) implements AutoCloseable {
        Object ask(Object... words) {
            try {
                send(socket.getOutputStream(), words);
                return read(socket.getInputStream());
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException closed) {
                // It is.
            }
        }
    }

    private static void send(OutputStream out, Object... words) throws IOException {
        out.write(("*" + words.length + "\r\n").getBytes(StandardCharsets.UTF_8));
        for (Object word : words) {
            byte[] bytes = word instanceof byte[] raw ? raw : word.toString().getBytes(StandardCharsets.ISO_8859_1);
            out.write(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.UTF_8));
            out.write(bytes);
            out.write("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        out.flush();
    }

    private static Object read(InputStream in) throws IOException {
        String line = line(in);
        String rest = line.substring(1);
        switch (line.charAt(0)) {
            case '-' -> throw new IllegalStateException(rest);
            case '$' -> {
                int length = Integer.parseInt(rest);
                if (length < 0) {
                    return "";
                }
                byte[] bytes = in.readNBytes(length);
                in.readNBytes(2);
                return new String(bytes, StandardCharsets.ISO_8859_1);
            }
            case '*' -> {
                List<Object> parts = new ArrayList<>();
                for (int i = 0; i < Integer.parseInt(rest); i++) {
                    parts.add(read(in));
                }
                return parts;
            }
            default -> {
                return rest;
            }
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\r'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the server closed the connection");
            }
            line.append((char) c);
        }
        in.read();
        return line.toString();
    }
}
