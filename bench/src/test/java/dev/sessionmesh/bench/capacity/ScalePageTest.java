package dev.sessionmesh.bench.capacity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.bench.capacity.Capacity.Load;
import dev.sessionmesh.bench.capacity.Capacity.Need;
import dev.sessionmesh.bench.capacity.Capacity.Plan;
import dev.sessionmesh.bench.capacity.Capacity.Unit;
import dev.sessionmesh.bench.lab.Project;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/scale.md says what follows from the results of the benchmarks, and the arithmetic is what it says. */
class ScalePageTest {
    private static final Path PAGE = Project.top().resolve("docs").resolve("scale.md");
    private static final Path BENCH = Project.top().resolve("bench");

    private static final Unit UNIT = new Unit(1_000, 3_000, 16, 4, 8, 100, 50);
    private static final Plan PLAN = new Plan(0.5, 0.5, 3, 4, 4, 512, 1, 8, 150);

    /** {@code -Dscale=write} brings the page up to date. */
    @Test
    void the_page_says_what_the_model_computes() throws Exception {
        ScalePage page = new ScalePage(BENCH);
        String said = Files.readString(PAGE);
        if ("write".equals(System.getProperty("scale"))) {
            said = page.rewritten(said);
            Files.writeString(PAGE, said);
        }
        assertEquals(page.rewritten(said), said);
        for (String table : page.tables().keySet()) {
            assertTrue(said.contains("<!-- computed: " + table + " -->"), table + " is nowhere on the page");
        }
        assertFalse(said.contains("no such table"));
    }

    @Test
    void what_is_busiest_decides_how_many_processors_are_needed() {
        Capacity capacity = new Capacity(UNIT, PLAN);
        assertEquals(20, capacity.of(load(0, 0, 100, 100, 1)).processors(), 1e-9, "500 tokens/s each");
        assertEquals(40, capacity.of(load(0, 0, 100, 100, 6)).processors(), 1e-9, "1,500 deliveries/s each");
        assertEquals(2, capacity.of(load(0, 0, 100, 100, 6)).cells(), "10 nodes do the work, of 7 in a cell");
        assertEquals(10 + 2, capacity.of(load(0, 0, 100, 100, 6)).nodes(), "and one to spare in each");
    }

    @Test
    void tabs_and_sessions_fill_the_heap() {
        Capacity capacity = new Capacity(UNIT, PLAN);
        assertEquals(32_768, capacity.tabsPerGb(), 1e-9);
        assertEquals(1024 * 1024 * 0.5 / (3 * (4 + 2 * 8)), capacity.sessionsPerGb(2), 1e-9);
        Need tabs = capacity.of(load(327_680, 0, 0, 0, 0));
        assertEquals(10, tabs.heapGb(), 1e-9);
        // Of 4 GB two may be filled, and half a GB of them is the node's own.
        assertEquals(1 + 4, tabs.nodes());
    }

    @Test
    void the_smallest_cluster_has_three_nodes() {
        Need nothing = new Capacity(UNIT, PLAN).of(load(1, 1, 1, 1, 1));
        assertEquals(3, nothing.nodes());
        assertEquals(1, nothing.cells());
    }

    @Test
    void tokens_go_to_tabs_and_to_the_other_copies_and_nodes() {
        Need need = new Capacity(UNIT, PLAN).of(load(0, 0, 10, 100, 3));
        assertEquals(3_000 * 100 * 8 / 1e6, need.clientMbit(), 1e-9);
        assertEquals(1_000 * 200 * (2 + 3) * 8 / 1e6, need.meshMbit(), 1e-9);
        Need show = new Capacity(UNIT, PLAN).of(load(0, 0, 1, 1, 1_000));
        assertEquals(3, show.nodes());
        assertEquals(200 * (2 + 3) * 8 / 1e6, show.meshMbit(), 1e-9, "however many tabs a node has");
    }

    private static Load load(long tabs, long sessions, long running, double tokens, double watching) {
        return new Load("x", tabs, sessions, 2, running, tokens, watching);
    }
}
