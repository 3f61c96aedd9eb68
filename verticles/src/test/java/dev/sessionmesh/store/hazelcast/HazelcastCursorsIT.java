package dev.sessionmesh.store.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.core.IndeterminateOperationStateException;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.webhook.Cursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cursors of webhooks on real members. */
@Timeout(120)
final class HazelcastCursorsIT {
    private static final Cursor START = new Cursor(1, 0, 7, 0, 0);
    private static final Cursor PLAN = new Cursor(1, 0, 7, 0, 5);
    private static final Cursor OTHER_PLAN = new Cursor(1, 0, 7, 0, 9);
    private static final Cursor TAKEN = new Cursor(1, 0, 7, 5, 5);
    private static final Cursor BACK = new Cursor(1, 1, 7, 2, 2);

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    /** Whether a copy has it may be uncertain while partitions move; a move can be made again. */
    private static Cursor moved(HazelcastCursors cursors, SessionKey key, Optional<Cursor> expected, Cursor next)
            throws Exception {
        while (true) {
            try {
                return done(cursors.move(key, "shop", expected, next));
            } catch (ExecutionException uncertain) {
                assertInstanceOf(IndeterminateOperationStateException.class, uncertain.getCause());
            }
        }
    }

    private static SessionKey key(int number) {
        return new SessionKey("acme", "s" + number);
    }

    @Test
    void a_cursor_is_moved_from_where_it_is_only_and_survives_the_member_that_held_it() throws Exception {
        try (StoreMember one = StoreMember.start("cursors", "n1", 1, Limits.DEFAULT);
                StoreMember two = StoreMember.start("cursors", "n2", 1, Limits.DEFAULT, one)) {
            HazelcastCursors mine = new HazelcastCursors(one.hazelcast, ForkJoinPool.commonPool());
            HazelcastCursors theirs = new HazelcastCursors(two.hazelcast, ForkJoinPool.commonPool());
            List<SessionKey> sessions = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                assertEquals(PLAN, moved(mine, key(i), Optional.empty(), PLAN));
                assertEquals(PLAN, moved(theirs, key(i), Optional.of(START), OTHER_PLAN), "too late");
                assertEquals(TAKEN, moved(theirs, key(i), Optional.of(PLAN), TAKEN));
                sessions.add(key(i));
            }
            one.crash();
            StoreMember.await("the survivor has all", () -> {
                try {
                    return done(theirs.load(sessions, "shop")).size() == sessions.size();
                } catch (Exception passing) {
                    return false;
                }
            });
            for (SessionKey session : sessions) {
                assertEquals(Optional.of(TAKEN), done(theirs.load(session, "shop")));
            }
        }
    }

    @Test
    void a_replay_is_heard_where_the_session_is_owned() throws Exception {
        try (StoreMember one = StoreMember.start("replays", "n1", 1, Limits.DEFAULT);
                StoreMember two = StoreMember.start("replays", "n2", 1, Limits.DEFAULT, one)) {
            Map<StoreMember, List<SessionKey>> heard =
                    Map.of(one, new CopyOnWriteArrayList<>(), two, new CopyOnWriteArrayList<>());
            HazelcastCursors mine = new HazelcastCursors(one.hazelcast, ForkJoinPool.commonPool());
            mine.onReplay((session, endpoint) -> heard.get(one).add(session));
            new HazelcastCursors(two.hazelcast, ForkJoinPool.commonPool())
                    .onReplay((session, endpoint) -> heard.get(two).add(session));
            for (int i = 0; i < 20; i++) {
                moved(mine, key(i), Optional.empty(), PLAN);
            }
            assertTrue(heard.values().stream().allMatch(List::isEmpty), "only replays are told of");
            for (int i = 0; i < 20; i++) {
                moved(mine, key(i), Optional.of(PLAN), BACK);
                StoreMember owner = one.owns(key(i).toString()) ? one : two;
                assertTrue(heard.get(owner).contains(key(i)));
            }
        }
    }

    @Test
    void cursors_end_with_their_session_and_with_their_webhook() throws Exception {
        try (StoreMember one = StoreMember.start("forgetting", "n1", 0, Limits.DEFAULT)) {
            HazelcastCursors cursors = new HazelcastCursors(one.hazelcast, ForkJoinPool.commonPool());
            for (String endpoint : List.of("shop", "other")) {
                for (int i = 0; i < 3; i++) {
                    done(cursors.move(key(i), endpoint, Optional.empty(), START));
                }
                done(cursors.move(new SessionKey("rival", "s1"), endpoint, Optional.empty(), START));
            }
            done(cursors.forget(key(1)));
            assertEquals(Optional.empty(), done(cursors.load(key(1), "shop")));
            assertEquals(Optional.empty(), done(cursors.load(key(1), "other")));
            done(cursors.forget("acme", "shop"));
            assertEquals(Optional.empty(), done(cursors.load(key(0), "shop")));
            assertEquals(Optional.of(START), done(cursors.load(key(0), "other")));
            assertEquals(Optional.of(START), done(cursors.load(new SessionKey("rival", "s1"), "shop")));
        }
    }
}
