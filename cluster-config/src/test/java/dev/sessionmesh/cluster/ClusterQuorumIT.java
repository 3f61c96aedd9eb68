package dev.sessionmesh.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterQuorumIT {
    @TempDir
    Path state;

    @Test
    void three_nodes_form_a_view_keep_quorum_after_one_crash_and_lose_it_after_two() throws Exception {
        try (var a = EmbeddedNode.start("crashes", "a", 3, state)) {
            assertFalse(a.quorum.hasQuorum(), "one of three expected nodes may not found a cluster");
            var b = EmbeddedNode.start("crashes", "b", 3, state, a);
            var c = EmbeddedNode.start("crashes", "c", 3, state, a, b);
            EmbeddedNode.await("a view of three", () -> a.quorum.view().names().equals(Set.of("a", "b", "c")));
            EmbeddedNode.awaitQuorum(List.of(a, b, c), true);

            c.crash();
            EmbeddedNode.await(
                    "c gone", () -> a.hazelcast.getCluster().getMembers().size() == 2);
            EmbeddedNode.awaitQuorum(List.of(a, b), true);
            assertEquals(0, a.quorum.losses());

            b.crash();
            EmbeddedNode.awaitQuorum(List.of(a), false);
            assertEquals(Set.of("a", "b", "c"), a.quorum.view().names());

            try (var returned = EmbeddedNode.start("crashes", "b", 3, state, a)) {
                EmbeddedNode.awaitQuorum(List.of(a, returned), true);
                assertEquals(Set.of("a", "b", "c"), returned.quorum.view().names());
            }
        }
    }

    @Test
    void announced_leaves_take_the_majority_down_to_the_last_node() throws Exception {
        try (var a = EmbeddedNode.start("leaves", "a", 3, state)) {
            var b = EmbeddedNode.start("leaves", "b", 3, state, a);
            var c = EmbeddedNode.start("leaves", "c", 3, state, a, b);
            EmbeddedNode.await("a view of three", () -> c.quorum.view().names().size() == 3);

            for (var leaver : List.of(c, b)) {
                leaver.quorum.announceLeave().get(10, TimeUnit.SECONDS);
                leaver.quorum.close();
                leaver.hazelcast.shutdown();
            }
            EmbeddedNode.await(
                    "alone", () -> a.hazelcast.getCluster().getMembers().size() == 1);
            assertEquals(Set.of("a"), a.quorum.view().names());
            EmbeddedNode.awaitQuorum(List.of(a), true);
        }
    }

    @Test
    void an_operator_can_forget_the_dead_but_not_the_living() throws Exception {
        try (var a = EmbeddedNode.start("forget", "a", 2, state);
                var b = EmbeddedNode.start("forget", "b", 2, state, a)) {
            EmbeddedNode.await("a view of two", () -> a.quorum.view().names().size() == 2);
            var refused = assertThrows(
                    ExecutionException.class, () -> a.quorum.forget("b").get(10, TimeUnit.SECONDS));
            assertTrue(refused.getCause().getMessage().startsWith("member_present"), refused.getMessage());

            b.crash();
            EmbeddedNode.awaitQuorum(List.of(a), false);
            assertEquals(
                    Set.of("a"), a.quorum.forget("b").get(10, TimeUnit.SECONDS).names());
            EmbeddedNode.awaitQuorum(List.of(a), true);
        }
    }
}
