package dev.sessionmesh.custody;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.archive.Listed;
import dev.sessionmesh.archive.MemoryArchive;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.Access;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class DirectoryTest {
    private static final Search ALL = search(Optional.empty(), Map.of(), Optional.empty(), 0, Long.MAX_VALUE);

    private final MemoryArchive archive = new MemoryArchive();
    private Instant now = Instant.parse("2026-03-02T09:00:00Z");
    private final InstantSource clock = () -> now;
    private final Cursors cursors = new Cursors(new FakeSeal("ours"), clock);
    private final Directory directory = new Directory(Optional.of(archive), cursors);

    @Test
    void sessions_are_found_by_each_condition_the_latest_first() {
        list("old", "ada", "idle", Map.of("team", "blue"), 1_000, true);
        list("mid", "bob", "in_progress", Map.of("team", "blue", "kind", "x"), 2_000, false);
        list("new", "ada", "idle", Map.of("team", "red"), 3_000, false);
        assertEquals(List.of("new", "mid", "old"), ids(find(ALL)));
        assertEquals(
                List.of("new", "old"), ids(find(search(Optional.of("ada"), Map.of(), Optional.empty(), 0, 9_000))));
        assertEquals(
                List.of("mid", "old"),
                ids(find(search(Optional.empty(), Map.of("team", "blue"), Optional.empty(), 0, 9_000))));
        assertEquals(
                List.of("mid"),
                ids(find(search(Optional.empty(), Map.of("team", "blue", "kind", "x"), Optional.empty(), 0, 9_000))));
        assertEquals(List.of("old"), ids(find(search(Optional.empty(), Map.of(), Optional.of(true), 0, 9_000))));
        assertEquals(List.of("mid"), ids(find(search(Optional.empty(), Map.of(), Optional.empty(), 1_001, 2_999))));
        Search running = new Search(
                "default", Optional.empty(), Optional.of("in_progress"), Map.of(), Optional.empty(), 0, 9_000);
        assertEquals(List.of("mid"), ids(find(running)));
    }

    @Test
    void a_row_says_what_is_known_of_a_session() {
        list("s1", "ada", "idle", Map.of("team", "blue"), 1_772_442_000_118L, true);
        JsonObject row = find(ALL).getJsonArray("sessions").getJsonObject(0);
        assertEquals(new JsonObject("""
                        {"id":"s1","state":"idle","users":["ada"],"labels":{"team":"blue"},
                         "createdAt":"1970-01-01T00:00:00.500Z","updatedAt":"2026-03-02T09:00:00.118Z","head":7,"asleep":true}
                        """), row);
    }

    @Test
    void pages_follow_each_other_without_a_gap_and_without_a_repetition() {
        for (int i = 0; i < 25; i++) {
            list("s" + i, "ada", "idle", Map.of(), 1_000 + i / 3, false);
        }
        List<String> all = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            JsonObject page = done(directory.find(Access.ALL, ALL, cursor, 4));
            all.addAll(ids(page));
            cursor = page.getString("next", "");
            pages++;
        } while (!cursor.isEmpty());
        assertEquals(25, all.size());
        assertEquals(25, Set.copyOf(all).size());
        assertEquals(7, pages);
    }

    @Test
    void whoever_may_read_some_is_shown_those_and_nothing_of_the_others() {
        for (int i = 0; i < 300; i++) {
            list("s" + i, "ada", "idle", Map.of(), 1_000 + i, false);
        }
        Access some = (key, action) -> action == Access.Action.READ && key.id().endsWith("7");
        List<String> all = new ArrayList<>();
        String cursor = "";
        do {
            JsonObject page = done(directory.find(some, ALL, cursor, 4));
            assertTrue(page.getJsonArray("sessions").size() <= 4);
            all.addAll(ids(page));
            cursor = page.getString("next", "");
        } while (!cursor.isEmpty());
        assertEquals(30, all.size());
        assertTrue(all.stream().allMatch(id -> id.endsWith("7")));
        assertEquals(all.size(), Set.copyOf(all).size());
        assertTrue(
                ids(done(directory.find((key, action) -> false, ALL, "", 10))).isEmpty());
    }

    @Test
    void a_cursor_that_nobody_gave_is_refused_whatever_is_done_to_it() {
        String good = cursor();
        assertEquals(List.of("s1"), ids(done(directory.find(Access.ALL, ALL, good, 1))));
        for (int i = 0; i < good.length(); i++) {
            char other = good.charAt(i) == 'A' ? 'Q' : 'A';
            String forged = good.substring(0, i) + other + good.substring(i + 1);
            // The last character has bits that stand for nothing.
            if (i < good.length() - 1) {
                assertEquals(ErrorCode.BAD_CURSOR, refused(forged), "at " + i);
            }
        }
        assertEquals(ErrorCode.BAD_CURSOR, refused(good.substring(0, good.length() / 2)));
        assertEquals(ErrorCode.BAD_CURSOR, refused("!"));
        assertEquals(ErrorCode.BAD_CURSOR, refused("A".repeat(10_000)));
        String others = new Cursors(new FakeSeal("theirs"), clock).give(ALL, "0000000000000001/s1");
        assertEquals(ErrorCode.BAD_CURSOR, refused(others));
    }

    @Test
    void a_cursor_is_good_for_its_search_alone_and_for_an_hour() {
        String good = cursor();
        Search other = search(Optional.of("ada"), Map.of(), Optional.empty(), 0, Long.MAX_VALUE);
        assertEquals(ErrorCode.BAD_CURSOR, code(directory.find(Access.ALL, other, good, 1)));
        Search elsewhere =
                new Search("other", Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), 0, Long.MAX_VALUE);
        assertEquals(ErrorCode.BAD_CURSOR, code(directory.find(Access.ALL, elsewhere, good, 1)));
        now = now.plus(Duration.ofMinutes(59));
        done(directory.find(Access.ALL, ALL, good, 1));
        now = now.plus(Duration.ofMinutes(2));
        assertEquals(ErrorCode.BAD_CURSOR, refused(good));
    }

    @Test
    void searches_that_differ_only_in_where_a_text_ends_are_two() {
        Search one = search(Optional.of("a"), Map.of("b", "c"), Optional.empty(), 0, 1);
        Search two = search(Optional.of("a"), Map.of("bc", ""), Optional.empty(), 0, 1);
        assertFalse(one.canonical().equals(two.canonical()));
    }

    @Test
    void without_an_archive_it_says_so_and_while_it_is_away_to_come_back() {
        Directory none = new Directory(Optional.empty(), cursors);
        assertEquals(ErrorCode.NO_ARCHIVE, code(none.find(Access.ALL, ALL, "", 1)));
        archive.away();
        assertEquals(ErrorCode.UNAVAILABLE, code(directory.find(Access.ALL, ALL, "", 1)));
    }

    private String cursor() {
        list("s1", "ada", "idle", Map.of(), 1_000, false);
        list("s2", "ada", "idle", Map.of(), 2_000, false);
        return done(directory.find(Access.ALL, ALL, "", 1)).getString("next");
    }

    private ErrorCode refused(String cursor) {
        return code(directory.find(Access.ALL, ALL, cursor, 1));
    }

    private void list(String id, String user, String state, Map<String, String> labels, long at, boolean asleep) {
        SessionKey key = new SessionKey("default", id);
        get(archive.index(new Listed(key, Set.of(user), state, labels, 500, at, 7, asleep)));
    }

    private JsonObject find(Search search) {
        return done(directory.find(Access.ALL, search, "", 100));
    }

    private static Search search(
            Optional<String> participant, Map<String, String> labels, Optional<Boolean> asleep, long from, long until) {
        return new Search("default", participant, Optional.empty(), labels, asleep, from, until);
    }

    private static List<String> ids(JsonObject page) {
        return page.getJsonArray("sessions").stream()
                .map(row -> ((JsonObject) row).getString("id"))
                .toList();
    }

    private static ErrorCode code(CompletionStage<? extends Outcome<?>> stage) {
        return get(stage) instanceof Outcome.Refused<?> refused ? refused.code() : ErrorCode.INTERNAL;
    }

    private static <T> T done(CompletionStage<Outcome<T>> stage) {
        Outcome<T> outcome = get(stage);
        if (outcome instanceof Outcome.Done<T>(T value)) {
            return value;
        }
        throw new AssertionError(outcome);
    }

    private static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }
}
