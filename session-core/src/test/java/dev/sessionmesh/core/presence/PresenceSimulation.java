package dev.sessionmesh.core.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The promises of presence on every seed tried. Others: {@code -Dsessionmesh.seed=N}. */
class PresenceSimulation {
    private static final long SEED = Long.getLong("sessionmesh.seed", 0);
    private static final int SEEDS = 800;

    @Test
    void nobody_is_shown_who_is_not_here_and_in_the_end_all_agree() {
        assertEquals(Optional.empty(), PresenceWorld.firstFailure(SEED, SEEDS));
    }

    @Test
    void the_same_seed_is_the_same_run() {
        assertEquals(PresenceWorld.run(42), PresenceWorld.run(42));
        assertNotEquals(PresenceWorld.run(42), PresenceWorld.run(43));
    }
}
