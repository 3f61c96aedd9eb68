package dev.sessionmesh.chaos.lab;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One node of the lab: a process that can be started, killed, frozen, stopped and started again under the same name. */
public final class Node {

    private static final Duration DIES_WITHIN = Duration.ofSeconds(10);
    private static final int LOG_TAIL_LINES = 40;
    /** EX_TEMPFAIL: a node that was merged into another side of a split asks to be started anew. */
    private static final int START_AGAIN = 75;
    /** With which a JVM ends that was told to as soon as it has no memory left. */
    private static final int OUT_OF_MEMORY = 3;

    private final String name;
    private final URI url;
    private final List<String> command;
    private final Path dir;
    private final Path log;
    private final WallClock clock;
    private final HttpClient http;
    private volatile @Nullable Process process;
    private volatile long startedNs;
    private volatile URI front;
    private volatile Runnable onStartAgain = () -> {};
    private boolean destroyed;
    private volatile boolean outOfMemory;

    Node(String name, URI url, List<String> command, Path dir, HttpClient http) {
        this.name = name;
        this.url = url;
        this.front = url;
        this.command = List.copyOf(command);
        this.dir = dir;
        this.log = dir.resolve(name + ".log");
        this.clock = new WallClock(dir);
        this.http = http;
    }

    public String name() {
        return name;
    }

    /** Its own address. */
    public URI url() {
        return url;
    }

    /** Where clients are sent: a proxy in front of it, or its own address. */
    public URI front() {
        return front;
    }

    public void behind(URI proxy) {
        front = proxy;
    }

    /** Called when the node asked to be started anew, just before that is done; on another thread. */
    public void onStartAgain(Runnable watcher) {
        onStartAgain = watcher;
    }

    public Path dir() {
        return dir;
    }

    public Path log() {
        return log;
    }

    /** When it was last started, on this JVM's monotonic clock: the smallest among the running is the oldest member. */
    public long startedNs() {
        return startedNs;
    }

    public boolean running() {
        Process current = process;
        return current != null && current.isAlive();
    }

    /** The status with which it ended last. */
    public int exitValue() {
        return started().exitValue();
    }

    /** Whether it ever ended for want of memory, which nobody did to it. */
    public boolean ranOutOfMemory() {
        return outOfMemory;
    }

    public synchronized void start() {
        if (running()) {
            throw new LabException(name + " runs already");
        }
        destroyed = false;
        startedNs = System.nanoTime();
        Process started = Launch.start(command, dir, log);
        process = started;
        var unused = started.onExit().thenAccept(this::supervise);
    }

    /** As the supervisor that every node is to have. */
    private synchronized void supervise(Process ended) {
        outOfMemory |= ended.exitValue() == OUT_OF_MEMORY;
        if (!destroyed && ended == process && ended.exitValue() == START_AGAIN) {
            onStartAgain.run();
            start();
        }
    }

    public long pid() {
        return started().pid();
    }

    /** kill -9: the kernel closes its sockets, nothing else is told. Does not wait, so that several can die at once. */
    public void kill() {
        started().destroyForcibly();
    }

    /** Waits for the end of a killed node. */
    public void awaitGone() {
        awaitExit(started(), DIES_WITHIN);
    }

    /** SIGSTOP: the process keeps its sockets and answers nothing. */
    public void freeze() {
        Launch.signal("STOP", pid());
    }

    /** SIGCONT. */
    public void thaw() {
        Launch.signal("CONT", pid());
    }

    /** Sets its date, so far ahead of the right one, or behind; nothing happens where clocks can't be set. */
    public void setClock(Duration ahead) {
        clock.set(ahead);
    }

    /** A full collection, so that what its heap holds is what is alive. */
    public void collectGarbage() {
        var unused = Tool.run(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), Long.toString(pid()), "GC.run");
    }

    /** SIGTERM and waiting for the orderly end. */
    public void stop(Duration within) {
        Process leaving = started();
        leaving.destroy();
        awaitExit(leaving, within);
    }

    /** For the end of a run: whatever state it is in, it is gone afterwards. */
    synchronized void destroy() {
        destroyed = true;
        Process last = process;
        if (last != null && last.isAlive()) {
            // join() heeds no interrupt: an interrupted test must not leave its nodes behind
            last.destroyForcibly()
                    .onExit()
                    .orTimeout(DIES_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                    .join();
        }
    }

    private void awaitExit(Process leaving, Duration within) {
        try {
            if (!leaving.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new LabException(name + " (pid " + leaving.pid() + ") still runs after " + within.toSeconds()
                        + " s" + "\n" + logTail());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while " + name + " was ending", e);
        }
    }

    private Process started() {
        Process current = process;
        if (current == null) {
            throw new LabException(name + " was never started");
        }
        return current;
    }

    /** Waits until {@code /health/ready} answers 200; a node that died meanwhile fails at once. */
    public void awaitReady(Duration within) {
        Waiting.until(
                name + " to be ready",
                within,
                () -> {
                    if (!running()) {
                        throw new LabException(name + " ended with exit code "
                                + started().exitValue() + " instead of becoming ready\n" + logTail());
                    }
                    return status("/health/ready") == 200;
                },
                () -> "/health/ready answers " + status("/health/ready") + "\n" + logTail());
    }

    /** The status of a plain GET, or 0 when nothing answers. */
    public int status(String path) {
        HttpRequest request = HttpRequest.newBuilder(url.resolve(path))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while asking " + name, e);
        }
    }

    /** The last lines that the node wrote. */
    public String logTail() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            List<String> tail = lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size());
            return "--- the end of " + log + "\n" + String.join("\n", tail);
        } catch (IOException e) {
            return "(no log: " + e + ")";
        }
    }

    @Override
    public String toString() {
        return name + " at " + url;
    }
}
