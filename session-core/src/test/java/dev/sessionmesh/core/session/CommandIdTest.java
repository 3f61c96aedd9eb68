package dev.sessionmesh.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandIdTest {
    @Test
    void a_new_client_id_carries_the_time_of_its_issue() {
        String client = CommandId.newClient(Words.START, -5);
        CommandId.Numbered id = assertInstanceOf(CommandId.Numbered.class, CommandId.parse(client + ":7"));
        assertEquals(new CommandId.Numbered(client, Words.START, 7), id);
        assertEquals(client + ":7", id.text());
    }

    @Test
    void client_ids_of_one_millisecond_differ() {
        Random random = new Random(1);
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            assertTrue(ids.add(CommandId.newClient(Words.START, random.nextLong())));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c1",
                "c-mb2x0000-abc123",
                "c-mb2x0000-abc123:0",
                "c-mb2x0000-abc123:01",
                "c-mb2x0000-abc123:-1",
                "c-mb2x0000-abc123:12345678901",
                "c-MB2X0000-abc123:1",
                "c-mb2x0000-abc12:1",
                "c-mb2x0-abc123:1",
                "x:1"
            })
    void anything_else_is_free_form(String text) {
        assertEquals(new CommandId.FreeForm(text), CommandId.parse(text));
        assertEquals(text, CommandId.parse(text).text());
    }

    @Test
    void the_form_of_an_id_is_bounded() {
        assertTrue(CommandId.isValid("A-Z.a_z:0-9"));
        assertTrue(CommandId.isValid("x".repeat(128)));
        assertFalse(CommandId.isValid("x".repeat(129)));
        assertFalse(CommandId.isValid(""));
        assertFalse(CommandId.isValid("with space"));
        assertFalse(CommandId.isValid("ümlaut"));
        assertFalse(CommandId.isValid("line\n"));
    }
}
