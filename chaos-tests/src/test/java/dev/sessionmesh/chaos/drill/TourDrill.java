package dev.sessionmesh.chaos.drill;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The three-node drills on one cluster: load, kills, the loss of the majority, a bystander, a restart of all. */
@Timeout(400)
final class TourDrill {

    @Test
    void whatever_is_done_to_its_nodes_every_tab_sees_every_sentence_finish_once_in_order() {
        CiDrill.run("tour");
    }
}
