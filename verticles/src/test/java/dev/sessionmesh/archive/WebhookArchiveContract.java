package dev.sessionmesh.archive;

import static dev.sessionmesh.archive.ArchiveProbe.MESH;
import static dev.sessionmesh.archive.ArchiveProbe.done;
import static dev.sessionmesh.archive.ArchiveProbe.holder;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.SessionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link WebhookArchive} promises; run wherever {@link ArchiveContract} is. */
abstract class WebhookArchiveContract {
    private static final Map<String, String> ONE = Map.of("shop", "{\"a\":1}");
    private static final Map<String, String> TWO = Map.of("shop", "{\"a\":2}", "till", "{\"b\":\"ü\"}");

    private ArchiveProbe probe;
    private SessionKey key;
    /** Of this test alone, as the archive may be everybody's. */
    private String cluster;

    abstract Archive archive();

    @BeforeEach
    void nameSession() {
        probe = new ArchiveProbe(this::archive);
        key = probe.session("s1");
        cluster = "cluster-" + probe.tenant;
    }

    private WebhookArchive webhooks() {
        return archive().webhooks();
    }

    private long number() {
        return done(webhooks().number(cluster, probe.tenant));
    }

    private boolean put(long number, Map<String, String> what) {
        return done(webhooks().put(cluster, probe.tenant, number, what, false));
    }

    private Map<String, String> kept() {
        return done(webhooks().webhooks(cluster, probe.tenant));
    }

    private List<SessionKey> untold() {
        return done(webhooks().untold(cluster, Archive.bucketOf(key), Optional.empty(), 100));
    }

    @Test
    void what_is_put_takes_the_place_of_what_was() {
        assertEquals(Map.of(), kept());
        assertTrue(put(number(), TWO));
        assertEquals(TWO, kept());
        assertTrue(put(number(), ONE));
        assertEquals(ONE, kept());
        assertTrue(put(number(), Map.of()));
        assertEquals(Map.of(), kept());
    }

    @Test
    void nothing_that_was_read_earlier_is_written_over_what_was_read_later() {
        long early = number();
        long late = number();
        assertTrue(late > early);
        assertTrue(put(late, TWO));
        assertFalse(put(early, ONE));
        assertEquals(TWO, kept());
        assertTrue(put(late, TWO), "an answer was lost");
        assertTrue(put(number(), Map.of()));
        assertFalse(put(late, TWO), "what was deleted does not come back");
        assertEquals(Map.of(), kept());
    }

    @Test
    void whoever_drew_first_may_write_until_a_later_one_has() {
        long early = number();
        long late = number();
        assertTrue(put(early, ONE));
        assertTrue(put(late, TWO));
        assertEquals(TWO, kept());
        assertTrue(number() > late);
    }

    @Test
    void clusters_and_tenants_have_their_own() {
        assertTrue(put(number(), ONE));
        assertEquals(Map.of(), done(webhooks().webhooks("other-" + cluster, probe.tenant)));
        assertEquals(Map.of(), done(webhooks().webhooks(cluster, probe.tenant + "2")));
        assertEquals(1, done(webhooks().number("other-" + cluster, probe.tenant)));
    }

    @Test
    void tenants_are_found_page_by_page() {
        List<String> names =
                IntStream.range(0, 5).mapToObj(i -> probe.tenant + i).toList();
        for (String name : names.reversed()) {
            assertTrue(done(webhooks().put(cluster, name, 1, ONE, false)));
        }
        assertEquals(names.subList(0, 2), done(webhooks().tenants(cluster, "", 2)));
        assertEquals(names.subList(2, 5), done(webhooks().tenants(cluster, names.get(1), 10)));
        assertEquals(List.of(), done(webhooks().tenants("other-" + cluster, "", 10)));
        assertTrue(done(webhooks().put(cluster, names.getFirst(), 2, Map.of(), false)));
        assertEquals(names, done(webhooks().tenants(cluster, "", 10)), "he had some");
    }

    @Test
    void cursors_are_kept_beside_their_session_and_come_back() {
        Mark mark = probe.create(key, "abc");
        assertEquals(Map.of(), done(webhooks().cursors(key)));
        assertTrue(done(webhooks().putCursors(holder(mark), key, Map.of("shop", "1 2", "till", "3"), false)));
        assertTrue(done(webhooks().putCursors(holder(mark), key, Map.of("shop", "1 5"), false)));
        assertEquals(Map.of("shop", "1 5", "till", "3"), done(webhooks().cursors(key)));
        assertTrue(done(webhooks().putCursors(holder(mark), key, Map.of("bank", "9"), true)));
        assertEquals(Map.of("bank", "9"), done(webhooks().cursors(key)), "these were all");
        assertTrue(done(archive().rest(holder(mark), key, mark.seq())));
        assertEquals(Map.of("bank", "9"), done(webhooks().cursors(key)));
        probe.taken(key, "other", false);
        assertEquals(Map.of("bank", "9"), done(webhooks().cursors(key)));
        assertTrue(done(webhooks().putCursors(new Holder("other", 2, 0), key, Map.of(), true)));
        assertEquals(Map.of(), done(webhooks().cursors(key)));
    }

    @Test
    void only_who_holds_the_session_moves_its_cursors() {
        Map<String, String> late = Map.of("shop", "late");
        assertFalse(done(webhooks().putCursors(new Holder(MESH, 1, 0), key, late, true)), "nobody knows it");
        Mark mark = probe.create(key, "abc");
        Map<String, String> good = Map.of("shop", "good");
        assertTrue(done(webhooks().putCursors(holder(mark), key, good, true)));
        assertFalse(done(webhooks().putCursors(new Holder("other", 1, 0), key, late, true)));
        assertFalse(done(webhooks().putCursors(new Holder(MESH, 2, 0), key, late, false)));
        probe.taken(key, MESH, false);
        assertFalse(done(webhooks().putCursors(holder(mark), key, late, false)), "it was claimed since");
        assertTrue(done(archive().rest(new Holder(MESH, 2, 0), key, 3)));
        assertFalse(done(webhooks().putCursors(new Holder(MESH, 2, 0), key, late, false)), "it sleeps");
        assertEquals(good, done(webhooks().cursors(key)));
    }

    @Test
    void who_was_left_behind_moves_no_cursor() {
        Mark mark = probe.create(key, "abc");
        probe.written(probe.write(key, new Holder(MESH, 1, 2), mark, "d"));
        assertFalse(done(webhooks().putCursors(new Holder(MESH, 1, 1), key, Map.of("shop", "late"), true)));
        assertTrue(done(webhooks().putCursors(new Holder(MESH, 1, 2), key, Map.of("shop", "1"), true)));
    }

    @Test
    void cursors_go_with_their_session_and_do_not_come_back() {
        Mark mark = probe.create(key, "abc");
        assertTrue(done(webhooks().putCursors(holder(mark), key, Map.of("shop", "1"), true)));
        done(archive().delete(key, 77, 3));
        assertEquals(Map.of(), done(webhooks().cursors(key)));
        assertFalse(done(webhooks().putCursors(holder(mark), key, Map.of("shop", "1"), true)));
        assertEquals(Map.of(), done(webhooks().cursors(key)));
    }

    @Test
    void a_session_is_untold_until_it_is_told() {
        done(webhooks().untold(cluster, key));
        done(webhooks().untold(cluster, key));
        assertEquals(List.of(key), untold());
        assertEquals(
                List.of(), done(webhooks().untold("other-" + cluster, Archive.bucketOf(key), Optional.empty(), 100)));
        done(webhooks().told("other-" + cluster, key));
        assertEquals(List.of(key), untold());
        done(webhooks().told(cluster, key));
        done(webhooks().told(cluster, key));
        assertEquals(List.of(), untold());
    }

    @Test
    void of_a_deleted_session_nobody_is_told() {
        probe.written(probe.write(key, new Holder(cluster, 1, 0), Mark.NONE, "abc"));
        done(webhooks().untold(cluster, key));
        done(archive().delete(key, 77, 3));
        assertEquals(List.of(), untold());
        done(webhooks().untold(cluster, key));
        assertEquals(List.of(), untold());
    }

    @Test
    void what_is_untold_is_found_page_by_page_each_in_its_list() {
        List<SessionKey> neighbours = IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> probe.session("u" + i))
                .filter(one -> Archive.bucketOf(one) == Archive.bucketOf(key))
                .limit(5)
                .sorted(java.util.Comparator.comparing(SessionKey::toString))
                .toList();
        neighbours.forEach(one -> done(webhooks().untold(cluster, one)));
        List<SessionKey> found = new ArrayList<>();
        Optional<SessionKey> after = Optional.empty();
        for (List<SessionKey> page = page(after); !page.isEmpty(); page = page(after)) {
            found.addAll(page);
            after = Optional.of(page.getLast());
        }
        assertEquals(neighbours, found);
        int another = (Archive.bucketOf(key) + 1) % Archive.BUCKETS;
        assertEquals(List.of(), done(webhooks().untold(cluster, another, Optional.empty(), 10)));
    }

    private List<SessionKey> page(Optional<SessionKey> after) {
        return done(webhooks().untold(cluster, Archive.bucketOf(key), after, 2));
    }
}
