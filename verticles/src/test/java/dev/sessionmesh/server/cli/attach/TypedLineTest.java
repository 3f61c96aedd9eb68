package dev.sessionmesh.server.cli.attach;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class TypedLineTest {
    @Test
    void plain_text_is_a_message_and_an_empty_line_is_nothing() {
        assertEquals(new TypedLine.Say("hello you"), TypedLine.parse("  hello you "));
        assertEquals(new TypedLine.Nothing(), TypedLine.parse("  "));
        assertEquals(new TypedLine.Say("/etc/hosts?"), TypedLine.parse("//etc/hosts?"));
    }

    @Test
    void a_slash_begins_a_command() {
        assertEquals(new TypedLine.Approve(Optional.empty()), TypedLine.parse("/approve"));
        assertEquals(new TypedLine.Approve(Optional.of("k1")), TypedLine.parse("/approve  k1"));
        assertEquals(new TypedLine.Reject("k1 too risky"), TypedLine.parse("/reject k1 too risky"));
        assertEquals(new TypedLine.Reject(""), TypedLine.parse("/reject"));
        assertEquals(new TypedLine.Steer("be brief"), TypedLine.parse("/steer be brief"));
        assertEquals(new TypedLine.Cancel(), TypedLine.parse("/cancel"));
        assertEquals(new TypedLine.Quit(), TypedLine.parse("/quit"));
    }

    @Test
    void a_command_that_makes_no_sense_is_not_sent_as_a_message() {
        assertInstanceOf(TypedLine.Wrong.class, TypedLine.parse("/aprove k1"));
        assertInstanceOf(TypedLine.Wrong.class, TypedLine.parse("/steer"));
    }
}
