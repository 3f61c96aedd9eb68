package dev.sessionmesh.chaos.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BlockedLoopsTest {

    @Test
    void what_a_node_wrote_before_and_what_other_threads_do_is_not_counted(@TempDir Path dir) throws Exception {
        Path log = dir.resolve("n1.log");
        String blocked = "BlockedThreadChecker: Thread vert.x-eventloop-thread-2 has been blocked for 2159 ms";
        Files.writeString(log, blocked + "\n");
        long from = Files.size(log);
        assertEquals(List.of(), BlockedLoops.blocked(log, from));
        Files.writeString(
                log,
                Files.readString(log) + blocked.replace("eventloop", "worker") + "\nINFO nothing\n" + blocked + "\n");
        assertEquals(List.of(blocked), BlockedLoops.blocked(log, from));
    }
}
