package dev.sessionmesh.chaos.lab;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A control group that gives its processes a share of one processor: a slow machine. Needs root. */
public final class CpuQuota implements AutoCloseable {

    private static final Path V1 = Path.of("/sys/fs/cgroup/cpu");
    private static final Path V2 = Path.of("/sys/fs/cgroup");
    private static final int PERIOD_MICROS = 100_000;

    private final Path group;

    private CpuQuota(Path group) {
        this.group = group;
    }

    /** @param share of one processor, for example 0.1 */
    public static CpuQuota on(Node node, double share) {
        boolean v1 = Files.exists(V1.resolve("cpu.cfs_quota_us"));
        Path group = (v1 ? V1 : V2).resolve("smlab-" + node.pid());
        int quota = (int) Math.max(1_000, share * PERIOD_MICROS);
        try {
            Files.createDirectory(group);
            if (v1) {
                Files.writeString(group.resolve("cpu.cfs_period_us"), "" + PERIOD_MICROS);
                Files.writeString(group.resolve("cpu.cfs_quota_us"), "" + quota);
            } else {
                Files.writeString(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
            }
            Files.writeString(group.resolve("cgroup.procs"), "" + node.pid());
            return new CpuQuota(group);
        } catch (IOException e) {
            throw new LabException("no CPU quota can be set here (root and the cpu controller are needed): " + e, e);
        }
    }

    /** Removes the groups that nobody is in. */
    static void sweep() {
        Path top = Files.exists(V1.resolve("cpu.cfs_quota_us")) ? V1 : V2;
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(top, "smlab-*")) {
            for (Path group : groups) {
                if (Files.readString(group.resolve("cgroup.procs")).isBlank()) {
                    Files.delete(group);
                }
            }
        } catch (IOException e) {
            throw new LabException("cannot remove the control groups of an earlier run", e);
        }
    }

    /** What is still in it goes back to the top group; then it is removed. */
    @Override
    public void close() {
        try {
            Path top = group.resolveSibling("cgroup.procs");
            for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
                Files.writeString(top, pid);
            }
            Files.delete(group);
        } catch (IOException e) {
            throw new LabException("the CPU quota cannot be lifted", e);
        }
    }
}
