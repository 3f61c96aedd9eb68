package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabException;
import dev.sessionmesh.chaos.lab.Node;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What nodes write into their logs, from a moment on, about event loops that something kept from turning: Vert.x notices it after two seconds. */
final class BlockedLoops {
    private static final String NOTHING_BLOCKS = "nothing blocks an event loop";

    private final Map<Node, Long> read = new LinkedHashMap<>();

    private BlockedLoops() {}

    /** From now on, so that the start of a node on a busy machine is not counted. */
    static BlockedLoops of(Lab lab) {
        BlockedLoops loops = new BlockedLoops();
        lab.nodes().forEach(node -> loops.read.put(node, size(node.log())));
        return loops;
    }

    private static long size(Path log) {
        try {
            return Files.size(log);
        } catch (IOException e) {
            throw new LabException("no log of a node that runs", e);
        }
    }

    void judge(Arena arena) {
        read.forEach((node, from) -> {
            List<String> blocked = blocked(node.log(), from);
            arena.expect(
                    NOTHING_BLOCKS,
                    blocked.isEmpty(),
                    node.name() + " says so " + blocked.size() + " times: "
                            + blocked.stream().findFirst().orElse(""));
        });
    }

    static List<String> blocked(Path log, long from) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(from);
            byte[] bytes = new byte[(int) (file.length() - from)];
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.contains("eventloop-thread") && line.contains("has been blocked for"))
                    .toList();
        } catch (IOException e) {
            throw new LabException("cannot read " + log, e);
        }
    }
}
