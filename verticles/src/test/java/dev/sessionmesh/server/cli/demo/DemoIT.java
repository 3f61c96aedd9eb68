package dev.sessionmesh.server.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.server.cli.FreePorts;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DemoIT {
    private static final long NODES_END_SECONDS = 30;

    @TempDir
    private Path dir;

    @Test
    @Timeout(240)
    void nodes_become_ready_and_none_outlives_a_supervisor_that_was_killed() throws Exception {
        DemoPorts mine = DemoPorts.take();
        Process supervisor = supervisor();
        try (mine;
                BufferedReader output = supervisor.inputReader()) {
            String page = awaitPage(output);
            assertTrue(
                    page.matches("Open http://127.0.0.1:\\d+/#control=http://127.0.0.1:\\d+&token=[0-9a-f]{32}"), page);
            List<ProcessHandle> nodes = supervisor.children().toList();
            assertEquals(3, nodes.size());

            supervisor.destroyForcibly().waitFor();
            for (ProcessHandle node : nodes) {
                node.onExit().get(NODES_END_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            supervisor.descendants().forEach(ProcessHandle::destroyForcibly);
            supervisor.destroyForcibly();
        }
    }

    private Process supervisor() throws Exception {
        ChildJvm jvm = ChildJvm.likeThisOne();
        List<String> command = new ArrayList<>(List.of(jvm.java().toString()));
        command.addAll(jvm.flags());
        String ports = FreePorts.from(18_080, 3).stream().map(String::valueOf).collect(Collectors.joining(","));
        command.addAll(List.of("-cp", jvm.classPath(), ChildJvm.MAIN_CLASS));
        command.addAll(List.of("demo", "--dir", dir.toString(), "--http-ports", ports));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String awaitPage(BufferedReader output) throws Exception {
        List<String> lines = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            lines.add(line);
            if (line.startsWith("Open ")) {
                return line;
            }
        }
        throw new AssertionError("the demo ended: " + String.join("\n", lines));
    }
}
