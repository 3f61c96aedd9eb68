package dev.sessionmesh.chaos.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** What earlier runs left must not be taken for what this one did. */
public final class Directories {
    private Directories() {}

    /** There, with nothing in it. It may be a file system of its own, which stays. */
    public static Path emptied(Path dir) {
        try {
            Files.createDirectories(dir);
            try (var old = Files.list(dir)) {
                old.toList().forEach(Directories::remove);
            }
            return dir;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare " + dir, e);
        }
    }

    /** With all that is in it; nothing happens where there is none. */
    public static void remove(Path dir) {
        if (!Files.exists(dir)) {
            return;
        }
        try (var old = Files.walk(dir)) {
            for (Path path : old.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + dir, e);
        }
    }
}
