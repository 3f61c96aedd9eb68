package dev.sessionmesh.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.port.Access.Action;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class GrantsTest {

    private static Grants grants(String json) {
        return Grants.parse(new JsonObject(json));
    }

    @Test
    void an_id_names_itself_and_a_beginning_all_that_begin_so() {
        Grants grants =
                grants("{\"team-7\":[\"read\"],\"team-8-*\":[\"read\",\"write\"],\"team-8-secret\":[\"approve\"]}");
        assertTrue(grants.permit("team-7", Action.READ));
        assertFalse(grants.permit("team-7", Action.WRITE));
        assertFalse(grants.permit("team-70", Action.READ));
        assertFalse(grants.permit("team-", Action.READ));
        assertFalse(grants.permit("Team-7", Action.READ));
        assertTrue(grants.permit("team-8-", Action.WRITE));
        assertTrue(grants.permit("team-8-secret", Action.WRITE), "what any pattern grants is granted");
        assertTrue(grants.permit("team-8-secret", Action.APPROVE));
        assertFalse(grants.permit("team-8-x", Action.APPROVE));
        assertFalse(grants.permit("team-9", Action.READ));
    }

    @Test
    void everywhere_is_only_what_a_star_alone_grants() {
        assertTrue(grants("{\"*\":[\"admin\"]}").permitEverywhere(Action.ADMIN));
        assertFalse(grants("{\"*\":[\"read\"],\"a*\":\"*\"}").permitEverywhere(Action.ADMIN));
    }

    @Test
    void they_survive_being_written_down() {
        Grants grants = grants("{\"a\":[\"write\",\"read\"],\"b*\":\"*\",\"*\":[]}");
        assertEquals(grants, Grants.parse(grants.toJson()));
    }

    @Test
    void there_are_not_too_many() {
        JsonObject many = new JsonObject();
        for (int i = 0; i <= Grants.PATTERNS_MOST; i++) {
            many.put("s" + i, new JsonArray().add("read"));
        }
        assertThrows(IllegalArgumentException.class, () -> Grants.parse(many));
    }

    @Test
    void what_is_taken_back_concerns_what_was_issued_until_then() {
        Revocations revocations = new Revocations();
        Claims old =
                new Claims("acme", "alice", List.of(), Optional.of("t1"), 1_000, OptionalLong.of(9_000), Grants.NONE);
        Claims fresh =
                new Claims("acme", "alice", List.of(), Optional.of("t2"), 10_000, OptionalLong.of(9_000), Grants.NONE);
        Claims namesake =
                new Claims("other", "alice", List.of(), Optional.of("t1"), 1_000, OptionalLong.of(9_000), Grants.NONE);
        revocations.add(new Revocation(Revocation.Kind.USER, "acme", "alice", 2_000));
        assertTrue(revocations.isRevoked(old));
        assertFalse(revocations.isRevoked(fresh));
        assertFalse(revocations.isRevoked(namesake));
        revocations.add(new Revocation(Revocation.Kind.USER, "acme", "alice", 1_000));
        assertTrue(revocations.isRevoked(old), "an older word does not take back a newer one");

        revocations.add(new Revocation(Revocation.Kind.TOKEN, "acme", "t2", 0));
        assertTrue(revocations.isRevoked(fresh), "a token by its id, whenever it was issued");
        assertFalse(revocations.isRevoked(namesake));

        Claims key = new Claims("acme", "alice", List.of(), Optional.empty(), 0, OptionalLong.empty(), Grants.NONE);
        assertFalse(revocations.isRevoked(key), "the key of a back end is taken from its file");

        revocations.add(new Revocation(Revocation.Kind.SESSION, "other", "s1", 2_000));
        assertTrue(revocations.isRevoked(namesake, "s1"));
        assertFalse(revocations.isRevoked(namesake, "s2"));
        assertFalse(revocations.isRevoked(namesake));

        revocations.add(new Revocation(Revocation.Kind.TENANT, "other", "", 2_000));
        assertTrue(revocations.isRevoked(namesake));
        revocations.forget(1_500);
        assertEquals(3, revocations.size());
    }

    @Test
    void what_is_to_be_taken_back_is_said_in_one_way() {
        for (String odd : new String[] {
            "{}",
            "{\"user\":1}",
            "{\"user\":\"\"}",
            "{\"session\":\"a/b\"}",
            "{\"tenant\":\"acme\"}",
            "{\"tenant\":false}",
            "{\"user\":\"a\",\"session\":\"b\"}",
            "{\"group\":\"a\"}"
        }) {
            assertThrows(IllegalArgumentException.class, () -> Revocation.parse(new JsonObject(odd), "acme", 1), odd);
        }
        Revocation revocation = Revocation.parse(new JsonObject("{\"session\":\"s1\"}"), "acme", 7);
        assertEquals(revocation, Revocation.decode(revocation.encode()).orElseThrow());
        assertTrue(Revocation.decode("{\"kind\":\"USER\"}").isEmpty());
        assertTrue(Revocation.decode("rubbish").isEmpty());
    }
}
