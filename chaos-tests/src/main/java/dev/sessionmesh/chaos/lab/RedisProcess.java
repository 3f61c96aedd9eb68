package dev.sessionmesh.chaos.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import redis.embedded.RedisServer;

/** A Redis of this lab's own, in memory only: what it has lasts as long as it runs. */
public final class RedisProcess implements AutoCloseable {
    private static final int ANSWERS_WITHIN_MS = 5_000;

    private final RedisServer server;
    private final int port;

    private RedisProcess(RedisServer server, int port) {
        this.server = server;
        this.port = port;
    }

    public static RedisProcess start() {
        int port = Launch.freePorts(1).getFirst();
        try {
            RedisServer server = RedisServer.newRedisServer()
                    .port(port)
                    .bind("127.0.0.1")
                    .setting("save \"\"")
                    .setting("appendonly no")
                    .build();
            server.start();
            return new RedisProcess(server, port);
        } catch (IOException e) {
            throw new LabException("no Redis could be started: " + e.getMessage(), e);
        }
    }

    public int port() {
        return port;
    }

    /** Takes away all that it has. */
    public void empty() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(ANSWERS_WITHIN_MS);
            socket.getOutputStream().write("FLUSHALL\r\n".getBytes(StandardCharsets.US_ASCII));
            int answer = socket.getInputStream().read();
            if (answer != '+') {
                throw new LabException("Redis was not emptied");
            }
        } catch (IOException e) {
            throw new LabException("Redis could not be emptied: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new LabException("Redis could not be stopped: " + e.getMessage(), e);
        }
    }
}
