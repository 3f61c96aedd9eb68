package dev.sessionmesh.chaos.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Stamp;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class MembersTest {

    @Test
    void who_is_no_longer_counted_has_left_until_all_count_it_again() {
        History history = new History();
        Vertx vertx = Vertx.vertx();
        try (Members members = new Members(vertx, Site.of(List.of()), Optional.empty(), history)) {
            members.told("n1", Set.of("n1", "n2", "n3"), at(0));
            members.told("n2", Set.of("n1", "n2", "n3"), at(100));
            members.told("n1", Set.of("n1", "n2"), at(300));
            members.told("n2", Set.of("n1", "n2"), at(400));
            members.told("n1", Set.of("n1", "n2", "n3"), at(600));
            members.told("n2", Set.of("n1", "n2", "n3"), at(700));
            members.told("n2", Set.of("n1", "n2"), at(800));
            members.told("n1", Set.of("n1", "n2", "n3"), at(9_000));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
        assertEquals(
                List.of("left n3 300", "joined n3 700", "left n3 800", "joined n3 9000"),
                history.all(Entry.Nemesis.class)
                        .map(act ->
                                act.act() + " " + act.node() + " " + act.at().wallMs())
                        .toList());
    }

    private static Stamp at(long ms) {
        return new Stamp(ms, TimeUnit.MILLISECONDS.toNanos(ms));
    }
}
