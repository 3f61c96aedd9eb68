package dev.sessionmesh.chaos.drill;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Live sessions move from one node to another that is a cluster of its own: small, as two clusters share the machine. */
@Timeout(180)
final class MigrateDrill {

    @Test
    void live_sessions_move_to_another_cluster_and_their_tabs_go_on_from_where_they_were() {
        CiDrill.run(
                "migrate",
                standard -> standard.withNodes(1, 0).withRounds(1).withLoad(6, 2, standard.tokens(), standard.pause()));
    }
}
