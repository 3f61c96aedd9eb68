package dev.sessionmesh.chaos.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * A node's own wall clock, which can be set while the node runs, for everything in its process. The monotonic clock stays the machine's: so it is when a
 * machine's date is set. A library in C stands before the system's, and reads from a file that both have mapped how far the clock is ahead. (libfaketime does
 * this and more, and a node under it takes a minute to start where it takes ten seconds.)
 */
public final class WallClock {

    private static final String SOURCE = "wallclock.c";
    private static final String COMPILER = "cc";

    private final Path file;
    private final Path library;

    WallClock(Path dir) {
        this.file = dir.resolve("clock");
        this.library = dir.resolve("wallclock.so");
    }

    /** What this machine lacks for it, as a sentence; empty when nothing. */
    static String missing() {
        return Tool.isInstalled(COMPILER) ? "" : "a C compiler (apt-get install gcc libc6-dev)";
    }

    /** Makes a clock that is right, and returns the words before a command that have it use this clock. */
    List<String> install() {
        if (!missing().isEmpty()) {
            throw new LabException("clocks can't be set here: it takes " + missing());
        }
        Path source = library.resolveSibling(SOURCE);
        try (InputStream text = Objects.requireNonNull(WallClock.class.getResourceAsStream(SOURCE), SOURCE)) {
            Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new LabException("cannot write " + source, e);
        }
        Tool.run(COMPILER, "-O2", "-shared", "-fPIC", "-o", library.toString(), source.toString(), "-ldl");
        set(Duration.ZERO);
        return List.of("/usr/bin/env", "LD_PRELOAD=" + library, "WALL_CLOCK=" + file);
    }

    /** From now on it is so far ahead, or behind. */
    void set(Duration ahead) {
        ByteBuffer millis = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        millis.putLong(ahead.toMillis()).flip();
        // In place: whoever has mapped it sees it at once.
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(millis, 0);
        } catch (IOException e) {
            throw new LabException("the clock " + file + " can't be set", e);
        }
    }
}
