package dev.sessionmesh.bench.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The machine's own Redis in a process of its own, on a free port, with nothing in it and no files. It ends with this process. */
public final class RedisServer implements AutoCloseable {
    private static final long START_MILLIS = 10_000;
    private static final long LOOK_MILLIS = 20;
    private static final Pattern USED = Pattern.compile("(?m)^used_memory:(\\d+)");

    private final Process process;
    private final int port;
    private final Thread hook;

    private RedisServer(Process process, int port) {
        this.process = process;
        this.port = port;
        this.hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    public static RedisServer start(Path logs) {
        try {
            int port = freePort();
            Process process = new ProcessBuilder(List.of(
                            "redis-server",
                            "--port",
                            Integer.toString(port),
                            "--bind",
                            "127.0.0.1",
                            "--save",
                            "",
                            "--dir",
                            logs.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(logs.resolve("redis.log").toFile())
                    .start();
            RedisServer server = new RedisServer(process, port);
            server.await();
            return server;
        } catch (IOException missing) {
            throw new UncheckedIOException("redis-server could not be started: apt-get install redis-server", missing);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void await() throws IOException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(START_MILLIS);
        while (System.nanoTime() < end) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException notYet) {
                pause();
            }
        }
        close();
        throw new IOException("redis-server does not answer on port " + port);
    }

    private static void pause() {
        try {
            Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** What it holds, its own tables and buffers included. */
    public long usedBytes() {
        Matcher used = USED.matcher(ask("info", "memory"));
        if (!used.find()) {
            throw new IllegalStateException("Redis does not tell what it uses");
        }
        return Long.parseLong(used.group(1));
    }

    /** What one key takes; 0 when there is none. */
    public long bytesOf(String key) {
        String bytes = ask("memory", "usage", key, "samples", "0").strip();
        return bytes.isEmpty() ? 0 : Long.parseLong(bytes);
    }

    /** One command by Redis' own client, and its bare answer. */
    private String ask(String... words) {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-p", Integer.toString(port), "--raw"));
        command.addAll(List.of(words));
        return Commands.output(command);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        Runtime.getRuntime().removeShutdownHook(hook);
    }
}
