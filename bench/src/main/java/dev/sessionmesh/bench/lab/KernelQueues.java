package dev.sessionmesh.bench.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/** What the kernel holds of a server's connections. */
public final class KernelQueues {
    private static final String ESTABLISHED = "01";

    private KernelQueues() {}

    /** Bytes sent by the server behind this port and not yet taken by the other side's kernel, over all its connections. */
    public static long unsent(int port) {
        return Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .mapToLong(table -> unsent(Path.of(table), port))
                .sum();
    }

    private static long unsent(Path table, int port) {
        String local = String.format(Locale.ROOT, ":%04X", port);
        try (Stream<String> lines = Files.lines(table)) {
            return lines.map(line -> line.strip().split("\\s+"))
                    .filter(row -> row.length > 4 && row[1].endsWith(local) && row[3].equals(ESTABLISHED))
                    .mapToLong(row -> Long.parseLong(row[4].substring(0, row[4].indexOf(':')), 16))
                    .sum();
        } catch (IOException notHere) {
            return 0;
        }
    }
}
