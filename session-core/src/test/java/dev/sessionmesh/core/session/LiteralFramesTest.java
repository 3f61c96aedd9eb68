package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.Words.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.log.PerSeq;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The seqs that docs/protocol.md shows under "Literal frames". */
class LiteralFramesTest {
    @Test
    void forty_tokens_take_the_seqs_from_4_to_43() {
        Primary primary = new Primary(Limits.DEFAULT);
        assertEquals(0, primary.state().head());
        primary.submit(input("c1", "slow 40"));
        primary.submit(claim("t1", 0, 0, N2));
        primary.submit(produce("t1", 1, 1, text("0 ")));
        primary.submit(produce("t1", 1, 2, text("1 ", "2 ", "3 ", "4 ", "5 ")));
        for (int i = 6; i < 40; i++) {
            primary.submit(produce("t1", 1, i - 3, text(i + " ")));
        }
        primary.submit(produce("t1", 1, 37, completed()));

        List<Object> log = PerSeq.of(primary.log());
        assertEquals(44, log.size());
        assertEquals(44, primary.state().head());
        assertEquals(new Event.InputAccepted("u1", "c1", "t1", Payload.of("slow 40"), ALICE), log.get(1 - 1));
        assertEquals(new Event.TurnReceived("t1", "c1", Words.ALICE), log.get(2 - 1));
        assertEquals(new Event.TurnClaimed("t1", 1, N2, TurnStatus.IN_PROGRESS, false), log.get(3 - 1));
        for (int token = 0; token < 40; token++) {
            assertEquals(new PerSeq.Token("t1", "m1", 0, DeltaKind.TEXT, token + " "), log.get(token + 4 - 1));
        }
        assertEquals(ended("t1", 1, TurnStatus.COMPLETED, Actor.SYSTEM), log.get(44 - 1));
        assertEquals(4, primary.log().get(2).from());
        assertEquals(5, primary.log().get(3).from());
        assertEquals(9, primary.log().get(3).to());
    }

    @Test
    void the_acknowledged_seq_is_that_of_the_commands_first_event() {
        Primary primary = new Primary(Limits.DEFAULT);
        Act input = input("c1", "slow 40");
        primary.submit(input);
        assertEquals(new Decision.Duplicate(1, 2), primary.submit(input));
    }
}
