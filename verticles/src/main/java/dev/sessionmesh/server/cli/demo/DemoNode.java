package dev.sessionmesh.server.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One node: a process that can be killed and started again under the same name. Its standard input stays open as long as this
 * process lives; the node ends when it closes.
 */
final class DemoNode {
    private static final long KILL_WAIT_SECONDS = 5;

    private final String name;
    private final URI url;
    private final List<String> command;
    private final Path log;
    private @Nullable Process process;

    DemoNode(String name, URI url, List<String> command, Path log) {
        this.name = name;
        this.url = url;
        this.command = List.copyOf(command);
        this.log = log;
    }

    /**
     * @param pid of the process that runs, or of the last one
     */
    record State(String name, URI url, long pid, boolean alive) {}

    String name() {
        return name;
    }

    Path log() {
        return log;
    }

    synchronized State state() {
        return process == null
                ? new State(name, url, 0, false)
                : new State(name, url, process.pid(), process.isAlive());
    }

    /**
     * Starts it, unless it runs.
     *
     * @param ended told the exit code when the process is gone, on another thread
     * @return whether it was started by this call
     */
    synchronized boolean start(IntConsumer ended) throws IOException {
        if (process != null && process.isAlive()) {
            return false;
        }
        Process started = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process = started;
        var unused = started.onExit().thenAccept(gone -> ended.accept(gone.exitValue()));
        return true;
    }

    /** Kills it without a chance to say goodbye; returns whether it ran. */
    synchronized boolean kill() {
        if (process == null || !process.isAlive()) {
            return false;
        }
        process.destroyForcibly()
                .onExit()
                .orTimeout(KILL_WAIT_SECONDS, TimeUnit.SECONDS)
                .join();
        return true;
    }

    /** Asks it to stop. */
    synchronized void terminate() {
        if (process != null) {
            process.destroy();
        }
    }

    boolean awaitEnd(long timeoutMs) throws InterruptedException {
        Process running;
        synchronized (this) {
            running = process;
        }
        return running == null || running.waitFor(timeoutMs, TimeUnit.MILLISECONDS);
    }
}
