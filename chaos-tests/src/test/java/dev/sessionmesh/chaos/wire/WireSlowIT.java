package dev.sessionmesh.chaos.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What takes a server's patience; {@link OneNode} begins with it. Slowloris before the upgrade: SlowClientsTest. */
@ExtendWith(OneNode.class)
@Timeout(120)
final class WireSlowIT {

    @Test
    void a_connection_that_answers_no_ping_is_closed_as_idle() {
        assertEquals(4508, OneNode.halfOpen().code());
    }

    /** It can't answer a ping in the middle of a frame, so it is given up like one that is silent. */
    @Test
    void a_frame_that_never_comes_to_its_end_is_not_waited_for() {
        assertEquals(4508, OneNode.endlessFrame().code());
    }
}
