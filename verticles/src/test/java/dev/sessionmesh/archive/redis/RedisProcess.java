package dev.sessionmesh.archive.redis;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;
import redis.embedded.core.ExecutableProvider;

/** A real Redis in a process of its own, that can be killed, frozen and started again. */
final class RedisProcess implements AutoCloseable {
    private static final Path DEBIAN = Path.of("/usr/bin/redis-server");
    private static final long PATIENCE_MILLIS = 10_000;
    private static final Map<Kind, Path> BINARIES = new ConcurrentHashMap<>();

    enum Kind {
        /** 6.2, which comes with the tests. */
        EMBEDDED,
        /** 7.0, which must be installed. */
        INSTALLED
    }

    private final Path dir;
    private final int port;
    private final List<String> line;
    private Process process;

    private RedisProcess(Path dir, int port, List<String> line) {
        this.dir = dir;
        this.port = port;
        this.line = line;
    }

    static boolean isInstalled() {
        return Files.isExecutable(DEBIAN);
    }

    /** Without it a test is left out, which is a failure in CI. */
    static void needInstalled() {
        if (!isInstalled()) {
            String why = "redis-server is not installed: apt-get install redis-server";
            if ("true".equals(System.getenv("CI"))) {
                fail(why);
            }
            System.err.println("\n*** LEFT OUT: Redis with Sentinel, Cluster and TLS: " + why + "\n");
            Assumptions.abort(why);
        }
    }

    /** Answers when it returns. */
    static RedisProcess start(Kind kind, String... options) throws IOException {
        RedisProcess redis = prepare(kind, Ports.free(), options);
        redis.run();
        redis.await("it answers", () -> "PONG".equals(redis.ask("PING")));
        return redis;
    }

    /** For servers that don't answer to just anybody: returns when the port is open. */
    static RedisProcess startGuarded(int port, String... options) throws IOException {
        RedisProcess redis = prepare(Kind.INSTALLED, port, options);
        redis.run();
        redis.await("it listens", () -> {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException notYet) {
                return false;
            }
        });
        return redis;
    }

    private static RedisProcess prepare(Kind kind, int port, String... options) throws IOException {
        Path dir = Files.createTempDirectory("archive-redis");
        List<String> line = new ArrayList<>(List.of(binary(kind).toString()));
        boolean sentinel = Arrays.asList(options).contains("--sentinel");
        if (sentinel) {
            line.add(Files.createFile(dir.resolve("sentinel.conf")).toString());
        }
        line.addAll(List.of("--dir", dir.toString(), "--bind", "127.0.0.1"));
        if (!Arrays.asList(options).contains("--port")) {
            line.addAll(List.of("--port", Integer.toString(port)));
        }
        if (!sentinel) {
            line.addAll(List.of("--save", "", "--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"));
        }
        line.addAll(List.of(options));
        return new RedisProcess(dir, port, line);
    }

    private static Path binary(Kind kind) {
        return kind == Kind.INSTALLED
                ? DEBIAN
                : BINARIES.computeIfAbsent(kind, any -> {
                    try {
                        return ExecutableProvider.newJarResourceProvider().get().toPath();
                    } catch (IOException failed) {
                        throw new IllegalStateException(failed);
                    }
                });
    }

    /** Starts it, or starts it again where it was. */
    void run() throws IOException {
        process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(dir.resolve("log.txt").toFile()))
                .start();
    }

    int port() {
        return port;
    }

    Address address() {
        return new Address("127.0.0.1", port);
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    Object ask(Object... words) {
        return RawRedis.ask(port, words);
    }

    void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (true) {
            try {
                if (condition.getAsBoolean()) {
                    return;
                }
            } catch (IllegalStateException notYet) {
                // Not up, or not ready.
            }
            if (System.nanoTime() > end) {
                fail("it never happened that " + what + ", see " + dir.resolve("log.txt"));
            }
            sleep(10);
        }
    }

    static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void freeze() {
        signal("-STOP");
    }

    void thaw() {
        signal("-CONT");
    }

    private void signal(String which) {
        try {
            new ProcessBuilder("kill", which, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** A frozen one can be killed too. */
    @Override
    public void close() {
        kill();
        try (var files = Files.walk(dir)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException left) {
            // The system's own folder for such.
        }
    }
}
