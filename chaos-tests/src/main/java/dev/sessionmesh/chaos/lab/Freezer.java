package dev.sessionmesh.chaos.lab;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A control group whose processes stand still, all threads at once and without a signal that anybody could see: a machine that is paused, as by a move of a
 * virtual machine. Needs root.
 */
public final class Freezer implements AutoCloseable {

    private static final Path V1 = Path.of("/sys/fs/cgroup/freezer");
    private static final Path V2 = Path.of("/sys/fs/cgroup");
    private static final String PREFIX = "smlab-frozen-";
    private static final Duration WITHIN = Duration.ofSeconds(5);

    private final Path group;
    private final boolean v1;

    private Freezer(Path group, boolean v1) {
        this.group = group;
        this.v1 = v1;
    }

    /** What this machine lacks for it, as a sentence; empty when nothing. */
    public static String missing() {
        Path top = top();
        boolean there = isV1() || Files.exists(V2.resolve("cgroup.controllers"));
        return there && Files.isWritable(top) ? "" : "the freezer of control groups, or root";
    }

    private static boolean isV1() {
        return Files.exists(V1.resolve("cgroup.procs"));
    }

    private static Path top() {
        return isV1() ? V1 : V2;
    }

    /** Stands still when this returns. */
    public static Freezer on(Node node) {
        boolean v1 = isV1();
        long owner = ProcessHandle.current().pid();
        Freezer freezer = new Freezer(top().resolve(PREFIX + owner + "-" + node.pid()), v1);
        try {
            Files.createDirectory(freezer.group);
            Files.writeString(freezer.group.resolve("cgroup.procs"), "" + node.pid());
            freezer.turn(true);
            return freezer;
        } catch (IOException e) {
            throw new LabException("no node can be frozen by its control group here (root is needed): " + e, e);
        }
    }

    private void turn(boolean frozen) throws IOException {
        if (v1) {
            Files.writeString(group.resolve("freezer.state"), frozen ? "FROZEN" : "THAWED");
        } else {
            Files.writeString(group.resolve("cgroup.freeze"), frozen ? "1" : "0");
        }
        Waiting.until("the freezer", WITHIN, () -> isFrozen() == frozen, () -> "frozen: " + isFrozen());
    }

    private boolean isFrozen() {
        try {
            return v1
                    ? Files.readString(group.resolve("freezer.state")).strip().equals("FROZEN")
                    : Files.readString(group.resolve("cgroup.events")).contains("frozen 1");
        } catch (IOException e) {
            throw new LabException("the freezer can't be read", e);
        }
    }

    /** What a lab froze that is gone: it thaws, which lets it die, and the groups that nobody is in are removed. */
    static void sweep() {
        if (!missing().isEmpty()) {
            return;
        }
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(top(), PREFIX + "*")) {
            for (Path group : groups) {
                String owner = group.getFileName()
                        .toString()
                        .substring(PREFIX.length())
                        .split("-")[0];
                if (ProcessHandle.of(Long.parseLong(owner)).isEmpty()) {
                    new Freezer(group, isV1()).close();
                }
            }
        } catch (IOException e) {
            throw new LabException("cannot remove the freezers of an earlier run", e);
        }
    }

    /** Goes on; whoever was killed meanwhile dies. */
    @Override
    public void close() {
        try {
            turn(false);
            Path top = group.resolveSibling("cgroup.procs");
            for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
                Files.writeString(top, pid);
            }
            Files.delete(group);
        } catch (IOException e) {
            throw new LabException("the freezer cannot be taken away", e);
        }
    }
}
