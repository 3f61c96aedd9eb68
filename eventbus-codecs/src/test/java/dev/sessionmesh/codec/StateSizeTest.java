package dev.sessionmesh.codec;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.session.Primary;
import dev.sessionmesh.core.session.RandomCommands;
import org.junit.jupiter.api.Test;

/** A session's control state stays small whatever happens in it: it is what every copy holds and what travels when one moves. */
class StateSizeTest {
    private static final long SEED = Long.getLong("sessionmesh.seed", 20_260_101);
    private static final int STREAMS = 120;
    private static final int COMMANDS = 600;
    private static final int MOST_BYTES = 48 * 1_024;

    @Test
    void random_people_do_not_blow_it_up() {
        int largest = 0;
        for (long seed = SEED; seed < SEED + STREAMS; seed++) {
            Primary primary = new Primary(Limits.DEFAULT, RandomCommands.profile(seed));
            RandomCommands commands = new RandomCommands(seed);
            for (int i = 0; i < COMMANDS; i++) {
                primary.submit(commands.next(primary.state()));
                largest = i % 20 == 0 ? Math.max(largest, StateCodec.encode(primary.state()).length) : largest;
            }
        }
        System.out.printf("largest state of random streams: %d bytes%n", largest);
        assertTrue(largest < MOST_BYTES, largest + " bytes");
    }
}
