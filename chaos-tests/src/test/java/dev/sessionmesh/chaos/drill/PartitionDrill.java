package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Namespaces;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One of three is cut off from the others and comes back. */
@Timeout(240)
final class PartitionDrill {

    @Test
    void the_one_that_is_cut_off_refuses_and_the_others_go_on() {
        Namespaces.assumeThere();
        CiDrill.run("partition");
    }
}
