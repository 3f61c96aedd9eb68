package dev.sessionmesh.chaos.lab;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Says one thing to a Redis on this machine, on a connection of its own, as somebody with redis-cli would. */
final class RedisTalk {
    private RedisTalk() {}

    /**
     * The answer as text, the elements of a list one a line; a {@link LabException} with what Redis refuses, or when it does not answer.
     *
     * @param withinMs for each step of it
     */
    static String ask(int port, int withinMs, Object... words) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), withinMs);
            socket.setSoTimeout(withinMs);
            send(socket.getOutputStream(), words);
            return read(new BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            throw new LabException("Redis at port " + port + " was asked for " + words[0] + ": " + e.getMessage(), e);
        }
    }

    private static void send(OutputStream out, Object... words) throws IOException {
        StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
        for (Object word : words) {
            String text = word.toString();
            request.append('$')
                    .append(text.length())
                    .append("\r\n")
                    .append(text)
                    .append("\r\n");
        }
        out.write(request.toString().getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static String read(InputStream in) throws IOException {
        String line = line(in);
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '-' -> throw new LabException("Redis answers " + rest);
            case '$' -> bulk(in, Integer.parseInt(rest));
            case '*' -> {
                List<String> parts = new ArrayList<>();
                for (int i = 0; i < Integer.parseInt(rest); i++) {
                    parts.add(read(in));
                }
                yield String.join("\n", parts);
            }
            default -> rest;
        };
    }

    private static String bulk(InputStream in, int length) throws IOException {
        if (length < 0) {
            return "";
        }
        byte[] bytes = in.readNBytes(length);
        in.skipNBytes(2);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\r'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection was closed");
            }
            line.append((char) c);
        }
        in.skipNBytes(1);
        if (line.isEmpty()) {
            throw new IOException("an empty answer");
        }
        return line.toString();
    }
}
