package dev.sessionmesh.chaos.lab;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A wall clock that is off by so much, by libfaketime; the monotonic clock stays right, as it does on a machine whose date is wrong. */
final class WrongClock {

    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final int DEPTH = 3;
    private static final PathMatcher NAME =
            FileSystems.getDefault().getPathMatcher("glob:**/faketime/libfaketime.so.1");

    private WrongClock() {}

    /** The words before a command that runs it under that clock; none when it is right. */
    static List<String> words(Duration ahead) {
        return ahead.isZero()
                ? List.of()
                : List.of(
                        "/usr/bin/env",
                        "LD_PRELOAD=" + library(),
                        "FAKETIME_DONT_FAKE_MONOTONIC=1",
                        "FAKETIME_DISABLE_SHM=1",
                        String.format("FAKETIME=%+ds", ahead.toSeconds()));
    }

    private static Path library() {
        try (Stream<Path> found = Files.find(LIBRARIES, DEPTH, (path, attributes) -> NAME.matches(path))) {
            return found.findFirst()
                    .orElseThrow(
                            () -> new LabException("clocks can't be put wrong here: libfaketime is not installed"));
        } catch (IOException e) {
            throw new LabException("cannot look for libfaketime", e);
        }
    }
}
