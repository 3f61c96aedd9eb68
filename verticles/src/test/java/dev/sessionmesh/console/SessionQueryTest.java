package dev.sessionmesh.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionQueryTest {
    private static SessionQuery query(String tenant, String prefix, String after) {
        return new SessionQuery(
                Optional.of(tenant).filter(name -> !name.isEmpty()), prefix, Optional.empty(), false, after, 10);
    }

    @Test
    void a_key_says_whose_session_it_is_and_how_its_id_begins() {
        assertTrue(query("", "", "").mayMatch("acme/s1"));
        assertTrue(query("acme", "s", "").mayMatch("acme/s1"));
        assertFalse(query("acm", "", "").mayMatch("acme/s1"), "a tenant is named whole");
        assertFalse(query("acme", "", "").mayMatch("acm/s1"));
        assertFalse(query("", "acme", "").mayMatch("acme/s1"), "a prefix is one of ids");
        assertFalse(query("", "", "acme/s1").mayMatch("acme/s1"), "behind it");
        assertTrue(query("", "", "acme/s1").mayMatch("acme/s10"));
    }

    @Test
    void states_and_approvals_are_looked_for() {
        SessionRow row = new SessionRow("t/s", "in_progress", Optional.empty(), 1, 0, 0, "", 0, 0, List.of());
        assertTrue(new SessionQuery(Optional.empty(), "", Optional.of("in_progress"), false, "", 1).matches(row));
        assertFalse(new SessionQuery(Optional.empty(), "", Optional.of("idle"), false, "", 1).matches(row));
        assertFalse(new SessionQuery(Optional.empty(), "", Optional.empty(), true, "", 1).matches(row));
    }

    @Test
    void a_question_survives_the_bus() {
        SessionQuery asked = new SessionQuery(Optional.of("t"), "s", Optional.of("idle"), true, "t/s0", 7);
        assertEquals(asked, SessionQuery.of(asked.toJson().copy()));
        SessionQuery plain = query("", "", "");
        assertEquals(plain, SessionQuery.of(plain.toJson().copy()));
    }
}
