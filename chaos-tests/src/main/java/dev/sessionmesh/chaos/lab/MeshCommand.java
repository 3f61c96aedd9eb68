package dev.sessionmesh.chaos.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command of the server's own, such as {@code migrate}, as an operator gives it: a process that is waited for. */
public final class MeshCommand {
    private static final int HEAP_MB = 64;

    private final String name;
    private final Process process;
    private final Path log;

    private MeshCommand(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts it.
     *
     * @param dir where what it says is kept
     */
    public static MeshCommand start(Path dir, List<String> words) {
        String name = words.getFirst();
        Path log = dir.toAbsolutePath().resolve(name + "-" + System.nanoTime() + ".log");
        Process process = Launch.start(Launch.command(List.of(), HEAP_MB, List.of(), words), dir, log);
        return new MeshCommand(name, process, log);
    }

    /** Waits for its end, which must come, and returns its exit status. */
    public int await(Duration within) {
        try {
            if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new LabException(name + " does not end:\n" + said());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while " + name + " was running", e);
        }
    }

    /** All that it has said until now. */
    public String said() {
        try {
            return Files.readString(log).strip();
        } catch (IOException e) {
            return "(nothing: " + e + ")";
        }
    }
}
