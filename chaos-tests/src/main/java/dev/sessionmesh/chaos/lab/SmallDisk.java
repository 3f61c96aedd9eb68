package dev.sessionmesh.chaos.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of its own for a directory, small enough to be filled. Needs root. */
public final class SmallDisk implements AutoCloseable {

    private static final String BYTES = "256k";
    private static final byte[] ZEROS = new byte[4_096];

    private final Path dir;

    private SmallDisk(Path dir) {
        this.dir = dir;
    }

    /** Mounts it; a {@link LabException} says why not. */
    public static SmallDisk at(Path dir) {
        try {
            Files.createDirectories(dir);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + dir, e);
        }
        Tool.run("mount", "-t", "tmpfs", "-o", "size=" + BYTES, "tmpfs", dir.toString());
        return new SmallDisk(dir);
    }

    /** Leaves no room for anything. */
    public void fill() {
        try (OutputStream out = Files.newOutputStream(ballast())) {
            while (true) {
                out.write(ZEROS);
            }
        } catch (IOException full) {
            // As intended.
        }
    }

    public void free() {
        try {
            Files.deleteIfExists(ballast());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot free " + dir, e);
        }
    }

    private Path ballast() {
        return dir.resolve("ballast");
    }

    @Override
    public void close() {
        Tool.run("umount", "--lazy", dir.toString());
    }
}
