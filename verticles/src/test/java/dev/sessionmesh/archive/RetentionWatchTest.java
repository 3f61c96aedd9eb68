package dev.sessionmesh.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.archive.Retention.Rules;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RetentionWatchTest {
    private static final Instant NOW = Instant.parse("2026-03-02T09:00:00Z");

    private static final Retention MONTH = Retention.of(Rules.of(30, 0, 0, 0));

    private final MemoryArchive archive = new MemoryArchive();
    private final Desk desk = new Desk();
    private final List<String> erased = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        desk.close();
    }

    @Test
    void sleeping_sessions_go_that_changed_longer_ago_than_is_kept() throws Exception {
        list("t", "old", 31, true);
        list("t", "old-and-awake", 31, false);
        list("t", "young", 29, true);
        work(MONTH, any -> true);
        assertEquals(List.of("t/old"), erased);
    }

    @Test
    void beyond_so_many_those_go_that_changed_longest_ago() throws Exception {
        for (int age = 1; age <= 5; age++) {
            list("t", "s" + age, age, true);
            list("u", "s" + age, age, true);
        }
        list("t", "awake", 9, false);
        work(most(3), any -> true);
        assertEquals(List.of("t/s4", "t/s5", "u/s4", "u/s5"), sorted());
    }

    @Test
    void many_are_kept_where_many_may_be() throws Exception {
        for (int i = 0; i < 700; i++) {
            list("t", "s" + i, i, true);
        }
        work(most(690), any -> true);
        assertEquals(10, erased.size());
        assertTrue(erased.stream().allMatch(name -> Integer.parseInt(name.substring(3)) >= 690), erased.toString());
    }

    @Test
    void beyond_so_many_bytes_those_go_that_changed_longest_ago() throws Exception {
        for (int age = 1; age <= 5; age++) {
            list("t", "s" + age, age, true, 400_000);
        }
        list("u", "small", 9, true, 1_048_576);
        work(Retention.of(Rules.of(0, 0, 1, 0)), any -> true);
        assertEquals(List.of("t/s3", "t/s4", "t/s5"), sorted());
    }

    @Test
    void a_tenant_may_have_rules_of_its_own() throws Exception {
        list("t", "old", 31, true);
        list("u", "old", 31, true);
        list("u", "older", 61, true);
        list("v", "oldest", 1_000, true);
        Retention own =
                new Retention(Rules.of(30, 0, 0, 0), Map.of("u", Rules.of(60, 0, 0, 0), "v", Rules.of(0, 0, 0, 0)));
        work(own, any -> true);
        assertEquals(List.of("t/old", "u/older"), sorted());
    }

    @Test
    void a_backlog_takes_several_rounds() throws Exception {
        for (int i = 0; i < 150; i++) {
            list("t", "s" + i, 40, true);
        }
        work(MONTH, any -> true);
        assertEquals(RetentionWatch.AT_ONCE, erased.size());
        work(MONTH, any -> true);
        assertEquals(150, erased.size());
    }

    @Test
    void a_tenant_is_looked_after_by_one_node() throws Exception {
        for (String tenant : List.of("a", "b", "c", "d")) {
            list(tenant, "old", 31, true);
        }
        work(MONTH, bucket -> bucket % 2 == 0);
        int even = erased.size();
        work(MONTH, bucket -> bucket % 2 == 1);
        assertEquals(4, erased.size());
        assertEquals(4, Set.copyOf(erased).size());
        assertTrue(even > 0 && even < 4, even + " of 4");
    }

    @Test
    void unless_it_is_wanted_everything_is_kept() throws Exception {
        list("t", "ancient", 10_000, true);
        work(Retention.FOR_EVER, any -> true);
        assertEquals(List.of(), erased);
    }

    private static Retention most(int sessions) {
        return Retention.of(Rules.of(0, sessions, 0, 0));
    }

    private List<String> sorted() {
        return erased.stream().sorted().toList();
    }

    /** One round. */
    private void work(Retention retention, IntPredicate mine) throws Exception {
        RetentionWatch watch =
                new RetentionWatch(archive, desk, () -> NOW, () -> retention, mine, session -> erase(session.key()));
        desk.run(watch::work);
        int before = -1;
        // It is over when a while nothing happened.
        for (int quiet = 0; quiet < 5; quiet = before == erased.size() ? quiet + 1 : 0) {
            before = erased.size();
            Thread.sleep(40);
        }
    }

    private CompletableFuture<Outcome<Boolean>> erase(SessionKey key) {
        return archive.delete(key, 1, 7)
                .thenApply(done -> {
                    erased.add(key.toString());
                    return Outcome.done(true);
                })
                .toCompletableFuture();
    }

    private void list(String tenant, String id, int daysAgo, boolean asleep) throws Exception {
        list(tenant, id, daysAgo, asleep, 0);
    }

    private void list(String tenant, String id, int daysAgo, boolean asleep, long bytes) throws Exception {
        long at = NOW.minus(Duration.ofDays(daysAgo)).toEpochMilli();
        archive.index(new Listed(new SessionKey(tenant, id), Set.of(), "idle", Map.of(), at, at, 7, asleep, bytes))
                .toCompletableFuture()
                .get(5, TimeUnit.SECONDS);
    }
}
