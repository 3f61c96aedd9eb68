package dev.sessionmesh.chaos.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis of this lab's own, in memory only: what it has lasts as long as it runs. It can be filled, emptied, killed, frozen and started again where it
 * was; its log lies in its directory.
 */
public final class RedisProcess implements AutoCloseable {
    private static final int ANSWERS_WITHIN_MS = 5_000;
    private static final int LOOKS_FOR_MS = 300;
    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final String SENTINEL = "--sentinel";
    private static @Nullable Path program;

    private final Path dir;
    private final int port;
    private final List<String> command;
    private volatile @Nullable Process process;

    private RedisProcess(Path dir, int port, List<String> command) {
        this.dir = dir;
        this.port = port;
        this.command = command;
    }

    /**
     * Answers when this returns.
     *
     * @param dir for its log and what it keeps for itself; made when it is not there
     * @param options as on the command line of a redis-server
     */
    public static RedisProcess start(Path dir, String... options) {
        Path home = dir.toAbsolutePath();
        int port = Launch.freePorts(1).getFirst();
        try {
            Files.createDirectories(home);
            List<String> command = new ArrayList<>(Launch.tied());
            command.add(program().toString());
            boolean sentinel = Arrays.asList(options).contains(SENTINEL);
            if (sentinel) {
                // What a Sentinel learns it writes into its configuration, and won't start without one.
                command.add(Files.createFile(home.resolve("sentinel.conf")).toString());
            }
            command.addAll(List.of("--port", "" + port, "--bind", "127.0.0.1", "--dir", home.toString()));
            if (!sentinel) {
                command.addAll(List.of("--save", "", "--appendonly", "no"));
                command.addAll(List.of("--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1"));
            }
            command.addAll(List.of(options));
            RedisProcess redis = new RedisProcess(home, port, List.copyOf(command));
            redis.run();
            return redis;
        } catch (IOException e) {
            throw new LabException("no Redis could be started: " + e.getMessage(), e);
        }
    }

    /** One that comes with the build, so that a lab needs nothing to be installed. */
    private static synchronized Path program() throws IOException {
        Path found = program;
        if (found == null) {
            found = ExecutableProvider.newJarResourceProvider().get().toPath();
            program = found;
        }
        return found;
    }

    /** Starts it again under its address, with nothing of what it had. */
    public void run() {
        process = Launch.start(command, dir, dir.resolve("redis.log"));
        Waiting.until("Redis to answer", WITHIN, this::answers, () -> "see " + dir.resolve("redis.log"));
    }

    public int port() {
        return port;
    }

    /** As a part of a URL. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Whether it answers at once. */
    public boolean answers() {
        try {
            return RedisTalk.ask(port, LOOKS_FOR_MS, "PING").equals("PONG");
        } catch (LabException silent) {
            return false;
        }
    }

    /** What it answers, a list as lines; a {@link LabException} when it refuses or says nothing. */
    public String ask(Object... words) {
        return RedisTalk.ask(port, ANSWERS_WITHIN_MS, words);
    }

    /** Has it do something. */
    void tell(Object... words) {
        var unused = ask(words);
    }

    /** A field of what it tells of itself; empty when it does not answer at once or has no such field. */
    public String told(String section, String field) {
        try {
            Matcher line = Pattern.compile("(?m)^" + Pattern.quote(field) + ":([^\r\n]*)")
                    .matcher(RedisTalk.ask(port, LOOKS_FOR_MS, "INFO", section));
            return line.find() ? line.group(1) : "";
        } catch (LabException silent) {
            return "";
        }
    }

    /** Takes away all that it has. */
    public void empty() {
        tell("FLUSHALL");
    }

    /** From now on it takes so many bytes more and then nothing: it throws nothing away. Less than none is full for sure. */
    public void leaveRoom(long bytes) {
        tell("CONFIG", "SET", "maxmemory-policy", "noeviction");
        long used = Long.parseLong(told("memory", "used_memory"));
        tell("CONFIG", "SET", "maxmemory", used + bytes);
    }

    /** It takes whatever comes, again. */
    public void leaveAllRoom() {
        tell("CONFIG", "SET", "maxmemory", 0);
    }

    public boolean running() {
        Process current = process;
        return current != null && current.isAlive();
    }

    /** kill -9, and waiting for its end. */
    public void kill() {
        started().destroyForcibly().onExit().join();
    }

    /** SIGSTOP: it keeps its sockets and answers nothing. */
    public void freeze() {
        Launch.signal("STOP", started().pid());
    }

    /** SIGCONT. */
    public void thaw() {
        Launch.signal("CONT", started().pid());
    }

    private Process started() {
        Process current = process;
        if (current == null) {
            throw new LabException("this Redis was never started");
        }
        return current;
    }

    /** Whatever state it is in. */
    @Override
    public void close() {
        if (running()) {
            kill();
        }
    }
}
