package dev.sessionmesh.server.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.server.cli.FreePorts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DemoCommandTest {
    @Test
    void a_port_that_is_taken_is_passed_over_by_default_and_refused_when_asked_for(@TempDir Path dir) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertFalse(FreePorts.from(port, 3).contains(port));
            assertRefused(dir, port + ",18081,18082", "port " + port + " is taken");
        }
    }

    @Test
    void three_different_ports_are_wanted(@TempDir Path dir) throws Exception {
        assertRefused(dir, "18080,18081", "--http-ports needs 3 different ports");
        assertRefused(dir, "18080,18080,18081", "--http-ports needs 3 different ports");
        assertRefused(dir, "18080,18081,70000", "port 70000 is taken, or none");
    }

    @Test
    void nodes_run_on_the_java_and_the_flags_of_the_supervisor() throws Exception {
        ChildJvm jvm = ChildJvm.likeThisOne();
        List<String> command = jvm.command("200m", List.of("--name=n1"));
        assertTrue(Files.isExecutable(Path.of(command.getFirst())), command.getFirst());
        assertTrue(command.contains("-Dhazelcast.io.selectionKeyWakeupEnabled=false"), command.toString());
        assertEquals(1, command.stream().filter(flag -> flag.startsWith("-Xmx")).count(), command.toString());
        assertNotNull(Class.forName(ChildJvm.MAIN_CLASS));
        assertEquals(
                List.of(ChildJvm.MAIN_CLASS, "serve", "--name=n1"),
                command.subList(command.size() - 3, command.size()));
    }

    private static void assertRefused(Path dir, String ports, String says) {
        StringWriter err = new StringWriter();
        int exit = new CommandLine(new DemoCommand())
                .setErr(new PrintWriter(err, true))
                .execute("--dir", dir.toString(), "--http-ports", ports);
        assertEquals(2, exit);
        assertTrue(err.toString().contains(says), err.toString());
    }
}
