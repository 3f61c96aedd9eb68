package dev.sessionmesh.chaos.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lab's grip on processes, tried on a shell instead of a node. */
@Timeout(30)
final class LaunchTest {

    private static Node node(Path dir, String script) {
        URI url = URI.create("http://127.0.0.1:" + Launch.freePorts(1).getFirst());
        return new Node("n1", url, List.of("sh", "-c", script), dir, HttpClient.newHttpClient());
    }

    @Test
    void free_ports_differ() {
        List<Integer> ports = Launch.freePorts(20);
        assertEquals(20, new HashSet<>(ports).size());
    }

    @Test
    void a_node_that_ends_instead_of_becoming_ready_fails_at_once_with_its_last_words(@TempDir Path dir) {
        Node node = node(dir, "echo cannot bind; exit 3");
        node.start();
        LabException why = assertThrows(LabException.class, () -> node.awaitReady(Duration.ofSeconds(20)));
        assertTrue(why.getMessage().contains("exit code 3"), why::getMessage);
        assertTrue(why.getMessage().contains("cannot bind"), why::getMessage);
    }

    @Test
    void a_node_that_never_becomes_ready_is_given_up(@TempDir Path dir) {
        Node node = node(dir, "echo still thinking; exec sleep 60");
        node.start();
        LabException why = assertThrows(LabException.class, () -> node.awaitReady(Duration.ofSeconds(1)));
        assertTrue(why.getMessage().contains("still thinking"), why::getMessage);
        node.destroy();
        assertFalse(node.running());
    }

    @Test
    void a_killed_node_is_gone_and_can_be_started_again(@TempDir Path dir) {
        Node node = node(dir, "exec sleep 60");
        node.start();
        long first = node.pid();
        node.kill();
        node.awaitGone();
        assertFalse(node.running());
        node.start();
        assertTrue(node.running());
        assertTrue(node.pid() != first);
        node.destroy();
    }

    @Test
    void a_frozen_node_can_still_be_destroyed(@TempDir Path dir) {
        Node node = node(dir, "exec sleep 60");
        node.start();
        node.freeze();
        node.destroy();
        assertFalse(node.running());
    }

    @Test
    void a_node_that_ignores_the_request_to_stop_is_reported(@TempDir Path dir) {
        Node node = node(dir, "trap '' TERM; echo trapped; while :; do sleep 0.1; done");
        node.start();
        Waiting.until("the trap", Duration.ofSeconds(10), () -> node.logTail().contains("trapped"), node::logTail);
        assertThrows(LabException.class, () -> node.stop(Duration.ofMillis(300)));
        node.destroy();
        assertFalse(node.running());
    }

    @Test
    void children_do_not_outlive_a_parent_that_was_killed(@TempDir Path dir) throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Orphanage.class.getName())
                .redirectErrorStream(true)
                .start();
        try (var out = parent.inputReader()) {
            long child = Long.parseLong(out.readLine());
            assertTrue(ProcessHandle.of(child).isPresent());
            parent.destroyForcibly().waitFor();
            Waiting.until(
                    "the child to die with its parent",
                    Duration.ofSeconds(10),
                    () -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty(),
                    () -> "it lives");
        } finally {
            parent.destroyForcibly();
        }
    }
}
