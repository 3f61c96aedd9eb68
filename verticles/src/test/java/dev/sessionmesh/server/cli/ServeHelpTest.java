package dev.sessionmesh.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServeHelpTest {
    @Test
    void the_help_gives_every_option_with_its_default_and_its_variable() {
        String help = MeshLine.of("serve", "--help").out();
        List<String> sections = Stream.of(help.split("(?m)^ {2,6}(?=--|-h)"))
                .filter(section -> section.startsWith("--"))
                .toList();
        assertTrue(sections.size() > 20, help);
        for (String section : sections) {
            String option = section.split("[=\\[ ]", 2)[0];
            assertTrue(section.contains("Default:"), section);
            assertTrue(section.contains(EnvironmentNames.variable(option.substring(2))), section);
        }
    }

    @Test
    void a_bare_mesh_says_where_help_is() {
        MeshLine line = MeshLine.of();
        assertEquals(2, line.exit());
        assertTrue(line.err().contains("Try 'mesh --help'"), line.err());
    }
}
