package dev.sessionmesh.chaos.drill;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** kill -9 of two of five nodes at once, with two backups. */
@Timeout(240)
final class LoseTwoOfFiveDrill {

    @Test
    void the_majority_goes_on() {
        CiDrill.run("lose-two-of-five");
    }
}
