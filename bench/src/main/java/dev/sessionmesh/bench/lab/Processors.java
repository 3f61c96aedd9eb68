package dev.sessionmesh.bench.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Which processors a process may use: what is measured on one, the driver on another, so that neither steals from the other. */
public enum Processors {
    FIRST("0"),
    SECOND("1"),
    ALL("");

    private static final Path TASKSET = Path.of("/usr/bin/taskset");

    private final String list;

    Processors(String list) {
        this.list = list;
    }

    public static boolean canPin() {
        return Files.isExecutable(TASKSET) && Runtime.getRuntime().availableProcessors() > 1;
    }

    /** Words before a command. */
    List<String> prefix() {
        return this == ALL || !Files.isExecutable(TASKSET) ? List.of() : List.of(TASKSET.toString(), "-c", list);
    }

    /** Moves this JVM with all its threads. */
    public void take() {
        if (!Files.isExecutable(TASKSET)) {
            return;
        }
        String all = "0-" + (Files.exists(Path.of("/sys/devices/system/cpu/cpu1")) ? cpus() - 1 : 0);
        String pid = Long.toString(ProcessHandle.current().pid());
        Commands.output(List.of(TASKSET.toString(), "-a", "-p", "-c", this == ALL ? all : list, pid));
    }

    private static int cpus() {
        try (var cpus = Files.list(Path.of("/sys/devices/system/cpu"))) {
            return (int) cpus.filter(cpu -> cpu.getFileName().toString().matches("cpu\\d+"))
                    .count();
        } catch (IOException unknown) {
            return Runtime.getRuntime().availableProcessors();
        }
    }
}
