package dev.sessionmesh.chaos.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.chaos.lab.Network.Cut;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
final class NetworkTest {

    /** Whether the second's address answers the first. */
    private static boolean hears(Network network, int from, String address) {
        List<String> command = new ArrayList<>(network.inside(from));
        command.addAll(List.of("bash", "-c", "exec 3<>/dev/tcp/" + address + "/9"));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean answered = process.waitFor(1500, java.util.concurrent.TimeUnit.MILLISECONDS);
            process.destroyForcibly();
            return answered; // refused at once, or nothing at all
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void links_are_cut_and_healed_in_one_place() {
        Namespaces.assumeThere();
        try (Network network = Network.create()) {
            String one = network.add();
            String two = network.add();
            String three = network.add();
            assertTrue(hears(network, 1, two));
            network.cut(Cut.between(List.of(1), List.of(2)));
            assertFalse(hears(network, 1, two));
            assertFalse(hears(network, 2, one));
            assertTrue(hears(network, 1, three));
            assertTrue(hears(network, 3, two));
            assertTrue(hears(network, 1, network.here()));
            network.cut(Cut.between(List.of(1), List.of(3)));
            assertTrue(hears(network, 1, two));
            assertFalse(hears(network, 1, three));
            network.heal();
            network.heal();
            assertTrue(hears(network, 1, three));
        }
        String own = "smlab" + ProcessHandle.current().pid();
        assertFalse(Tool.run("ip", "netns", "list").contains(own));
        assertFalse(Tool.run("ip", "-o", "link").contains(own));
        assertFalse(Tool.run("nft", "list", "tables").contains(own));
    }

    @Test
    void links_can_lose_some_of_what_is_said() {
        Namespaces.assumeThere();
        try (Network network = Network.create()) {
            network.add();
            String two = network.add();
            network.lose(Cut.between(List.of(1), List.of(2)), 100);
            assertTrue(network.cut());
            assertFalse(hears(network, 1, two));
            network.heal();
            assertFalse(network.cut());
            assertTrue(hears(network, 1, two));
        }
    }

    @Test
    void what_a_dead_process_left_behind_is_swept_away() throws Exception {
        Namespaces.assumeThere();
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        String id = "smlab" + dead.pid();
        Tool.run("ip", "netns", "add", id + "-1");
        Tool.run("ip", "link", "add", id, "type", "bridge");
        Tool.feed("table bridge " + id + " { }\n", "nft", "-f", "-");
        Network.create().close();
        assertFalse(Tool.run("ip", "netns", "list").contains(id));
        assertFalse(Tool.run("ip", "-o", "link").contains(id));
        assertFalse(Tool.run("nft", "list", "tables").contains(id));
    }

    @Test
    void a_table_names_each_port_once() {
        String script = new Cuts("t").script(Cut.oneWay(List.of(1), List.of(2, 3)), number -> "v" + number);
        assertTrue(script.contains("iifname \"v1\" oifname { \"v2\", \"v3\" } drop"), script);
        assertEquals(1, script.lines().filter(line -> line.contains("iifname")).count());
    }
}
