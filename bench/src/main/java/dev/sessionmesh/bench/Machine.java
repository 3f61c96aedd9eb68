package dev.sessionmesh.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the figures were taken: without it they mean nothing. */
record Machine(String processor, int processors, long memoryMegabytes, String kernel, String jdk) {

    static Machine here() {
        return new Machine(
                after("/proc/cpuinfo", "model name"),
                Runtime.getRuntime().availableProcessors(),
                kilobytes(after("/proc/meminfo", "MemTotal")) / 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
    }

    private static long kilobytes(String size) {
        String digits = size.replaceAll("\\D", "");
        return digits.isEmpty() ? 0 : Long.parseLong(digits);
    }

    private static String after(String file, String key) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(key))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("unknown");
        } catch (IOException elsewhere) {
            return "unknown";
        }
    }

    @Override
    public String toString() {
        return processors + " x " + processor + ", " + memoryMegabytes + " MB, " + kernel + ", " + jdk;
    }
}
