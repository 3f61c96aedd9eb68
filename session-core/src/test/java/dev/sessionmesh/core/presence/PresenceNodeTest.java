package dev.sessionmesh.core.presence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.SessionKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What nodes tell and show, step by step, on a network that delivers at once. */
class PresenceNodeTest {
    private static final SessionKey KEY = new SessionKey("default", "s1");
    private static final PresenceLimits LIMITS =
            new PresenceLimits(3, 64, 10, 2, 2, Duration.ofMillis(250), Duration.ofSeconds(6), Duration.ofSeconds(5));

    private final Map<String, PresenceNode> nodes = new HashMap<>();
    private final Set<String> members = new TreeSet<>();
    private final List<PresenceMessage> sent = new ArrayList<>();
    private final Map<String, List<PresenceChange>> shown = new HashMap<>();
    private final Set<String> mute = new TreeSet<>();
    private long now = 10_000;

    private PresenceNode node(String name) {
        return nodes.computeIfAbsent(name, n -> {
            members.add(n);
            return new PresenceNode(n, LIMITS, () -> others(n), new PresenceOut() {
                @Override
                public void send(String node, PresenceMessage message) {
                    if (!mute.contains(name) && !mute.contains(node)) {
                        sent.add(message);
                        nodes.get(node).receive(message, now);
                    }
                }

                @Override
                public void show(SessionKey key, PresenceChange change) {
                    shown.computeIfAbsent(name, k -> new ArrayList<>()).add(change);
                }
            });
        });
    }

    private Set<String> others(String name) {
        Set<String> others = new TreeSet<>(members);
        others.remove(name);
        return others;
    }

    private void pass(long millis) {
        for (long until = now + millis; now < until; now += 10) {
            nodes.values().forEach(node -> {
                if (node.due() <= now) {
                    node.tick(now);
                }
            });
        }
    }

    private void join(String node, String tab) {
        node(node).join(KEY, Attendee.joined(tab, new Actor(Actor.Kind.PERSON, "user-" + tab), "", now), now);
    }

    private void typing(String node, String tab, boolean typing) {
        node(node)
                .update(
                        KEY,
                        tab,
                        new PresenceUpdate(Optional.of(typing), Optional.empty(), Optional.empty(), 0),
                        now,
                        now);
    }

    private List<PresenceChange> shownAt(String node) {
        return shown.getOrDefault(node, List.of());
    }

    private static List<String> tabs(PresenceChange change) {
        return change.here().stream().map(Attendee::tab).toList();
    }

    @Test
    void where_nobody_watches_nothing_is_sent_whatever_happens() {
        node("n2");
        for (int i = 0; i < 1_000; i++) {
            join("n1", "a" + i);
            typing("n1", "a" + i, true);
            pass(10);
        }
        assertEquals(Long.MAX_VALUE, node("n1").due());
        node("n1").leave(KEY, "a7", now, now);
        pass(2_000);
        assertEquals(List.of(), sent);
    }

    @Test
    void who_begins_to_watch_is_shown_everybody_in_one_frame() {
        join("n1", "a");
        pass(10);
        join("n2", "b");
        assertTrue(node("n1").watch(KEY, now).isEmpty());
        pass(500);
        assertEquals(1, shownAt("n1").size());
        assertTrue(shownAt("n1").getFirst().full());
        assertEquals(List.of("a", "b"), tabs(shownAt("n1").getFirst()));
        assertTrue(node("n1").isComplete(KEY));
    }

    @Test
    void who_comes_second_sees_at_once_what_the_first_was_shown() {
        join("n1", "a");
        node("n1").watch(KEY, now);
        pass(500);
        assertEquals(1, node("n1").watch(KEY, now).orElseThrow().total());
    }

    @Test
    void joins_and_leaves_of_a_moment_are_one_frame_and_one_message() {
        node("n1").watch(KEY, now);
        join("n2", "a");
        pass(2_000);
        sent.clear();
        shown.clear();
        node("n2").leave(KEY, "a", now, now);
        join("n2", "b");
        pass(50);
        join("n2", "c");
        pass(600);
        assertEquals(1, shownAt("n1").size(), shownAt("n1")::toString);
        assertEquals(List.of("b", "c"), tabs(shownAt("n1").getFirst()));
        assertEquals("a", shownAt("n1").getFirst().left().getFirst().tab());
        assertEquals(
                1,
                sent.stream()
                        .filter(message -> message instanceof PresenceMessage.News news
                                && !news.reports().isEmpty())
                        .count());
    }

    @Test
    void typing_is_shown_at_once_and_ends_by_itself() {
        join("n2", "a");
        node("n1").watch(KEY, now);
        pass(2_000);
        shown.clear();
        typing("n2", "a", true);
        pass(20);
        assertTrue(shownAt("n1").getLast().here().getFirst().typing());
        pass(LIMITS.typing().toMillis() + 300);
        assertEquals(2, shownAt("n1").size());
        assertFalse(shownAt("n1").getLast().here().getFirst().typing());
    }

    @Test
    void somebody_who_types_as_fast_as_can_be_causes_a_frame_per_interval() {
        join("n2", "a");
        node("n1").watch(KEY, now);
        pass(2_000);
        shown.clear();
        for (int i = 0; i < 100; i++) {
            typing("n2", "a", i % 2 == 0);
            pass(10);
        }
        assertTrue(shownAt("n1").size() <= 5, shownAt("n1").size() + " frames in a second");
    }

    @Test
    void beyond_the_bound_there_are_counts_and_who_leaves_makes_room() {
        for (int i = 0; i < 8; i++) {
            join(i % 2 == 0 ? "n1" : "n2", "a" + i);
            pass(10);
        }
        node("n1").watch(KEY, now);
        pass(500);
        PresenceChange first = shownAt("n1").getFirst();
        assertEquals(List.of("a0", "a1", "a2"), tabs(first));
        assertEquals(5, first.more());
        node("n2").leave(KEY, "a1", now, now);
        pass(1_000);
        PresenceChange next = shownAt("n1").getLast();
        assertEquals(List.of("a3"), tabs(next));
        assertEquals("a1", next.left().getFirst().tab());
        assertEquals(4, next.more());
    }

    @Test
    void a_node_that_is_no_member_any_more_is_gone_at_once_and_stays_so() {
        join("n2", "a");
        join("n2", "b");
        node("n1").watch(KEY, now);
        pass(1_000);
        members.remove("n2");
        PresenceMessage late = sent.stream()
                .filter(message -> message instanceof PresenceMessage.News news
                        && news.sender().equals("n2"))
                .findFirst()
                .orElseThrow();
        node("n1").gone("n2", now);
        node("n1").receive(late, now);
        pass(300);
        PresenceChange last = shownAt("n1").getLast();
        assertEquals(List.of("a", "b"), last.left().stream().map(Departed::tab).toList());
        assertEquals(2, shownAt("n1").size(), "all of them in one frame");
    }

    @Test
    void a_node_that_falls_silent_is_gone_within_the_bound_and_comes_back_with_its_voice() {
        join("n2", "a");
        node("n1").watch(KEY, now);
        pass(1_000);
        mute.add("n2");
        pass(LIMITS.silence().toMillis() + PresenceNode.BEAT_MILLIS + 260);
        assertEquals("a", shownAt("n1").getLast().left().getFirst().tab());
        mute.clear();
        pass(1_500);
        assertEquals(List.of("a"), tabs(shownAt("n1").getLast()));
    }

    @Test
    void a_device_that_left_is_remembered_with_what_it_read_until_others_left_after_it() {
        node("n2");
        node("n1").watch(KEY, now);
        join("n2", "a");
        node("n2").update(KEY, "a", PresenceUpdate.read(7), now, now);
        node("n2").update(KEY, "a", PresenceUpdate.read(3), now, now);
        pass(500);
        long leftAt = now;
        node("n2").leave(KEY, "a", leftAt, now);
        pass(500);
        assertEquals(7, shownAt("n1").getLast().left().getFirst().read());
        assertEquals(leftAt, shownAt("n1").getLast().left().getFirst().lastSeenAt());
        for (String tab : List.of("b", "c")) {
            join("n2", tab);
            pass(10);
            node("n2").leave(KEY, tab, now, now);
            pass(10);
        }
        pass(1_000);
        assertEquals(
                List.of("user-c", "user-b"),
                node("n1").watch(KEY, now).orElseThrow().departed().stream()
                        .map(Departed::user)
                        .toList());
    }

    @Test
    void what_is_kept_for_the_departed_of_sessions_that_nobody_follows_is_bounded() {
        for (int i = 0; i < 10; i++) {
            SessionKey key = new SessionKey("default", "s" + i);
            node("n1").join(key, Attendee.joined("a", Actor.ANONYMOUS, "", now), now);
            node("n1").leave(key, "a", now, now);
        }
        assertEquals(LIMITS.rememberedSessions(), node("n1").size());
    }

    @Test
    void once_nobody_watches_nothing_is_sent_any_more() {
        join("n2", "a");
        node("n1").watch(KEY, now);
        pass(1_000);
        node("n1").unwatch(KEY);
        sent.clear();
        typing("n2", "a", true);
        pass(3_000);
        assertEquals(List.of(), sent);
    }

    @Test
    void a_watcher_that_vanished_without_a_word_is_told_nothing_after_a_while() {
        join("n2", "a");
        node("n1").watch(KEY, now);
        pass(1_000);
        mute.add("n1");
        nodes.remove("n1");
        pass(LIMITS.silence().toMillis() + 2 * PresenceNode.BEAT_MILLIS);
        mute.clear();
        sent.clear();
        typing("n2", "a", true);
        pass(1_000);
        assertEquals(List.of(), sent);
    }

    @Test
    void somebody_who_only_does_something_is_told_of_now_and_then() {
        join("n1", "a");
        node("n1").watch(KEY, now);
        pass(500);
        shown.clear();
        for (int i = 0; i < 100; i++) {
            node("n1").update(KEY, "a", PresenceUpdate.SEEN, now, now);
            pass(1_000);
        }
        assertEquals(3, shownAt("n1").size());
    }
}
