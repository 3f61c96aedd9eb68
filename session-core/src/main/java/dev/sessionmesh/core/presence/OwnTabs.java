package dev.sessionmesh.core.presence;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** The tabs of one session on this node. */
final class OwnTabs {
    /** A tab's last sign of life alone is told only when it is so much later than the one told before. */
    private static final long SEEN_MILLIS = 30_000;

    enum Effect {
        NONE,
        /** May wait for others to be told with it. */
        CHANGED,
        /** Somebody waits to see it. */
        URGENT
    }

    private final Map<String, Attendee> byTab = new HashMap<>();
    private final NavigableSet<Attendee> ordered = new TreeSet<>(Attendee.ORDER);
    private final Map<String, Long> typingUntil = new HashMap<>();

    boolean isEmpty() {
        return byTab.isEmpty();
    }

    boolean has(String tab) {
        return byTab.containsKey(tab);
    }

    void join(Attendee attendee) {
        put(attendee);
    }

    Optional<Attendee> leave(String tab) {
        typingUntil.remove(tab);
        Optional<Attendee> left = Optional.ofNullable(byTab.remove(tab));
        left.ifPresent(ordered::remove);
        return left;
    }

    /** @param typingEnds when who types now stops doing so, unless it is said again */
    Effect update(String tab, PresenceUpdate update, long at, long typingEnds) {
        Attendee before = byTab.get(tab);
        if (before == null) {
            return Effect.NONE;
        }
        Attendee after = before.with(update, at);
        if (update.typing().orElse(false)) {
            typingUntil.put(tab, typingEnds);
        } else if (!after.typing()) {
            typingUntil.remove(tab);
        }
        boolean onlySeen = after.equals(before.with(PresenceUpdate.SEEN, at));
        if (onlySeen && after.lastSeenAt() < before.lastSeenAt() + SEEN_MILLIS) {
            return Effect.NONE;
        }
        put(after);
        return after.typing() == before.typing() ? Effect.CHANGED : Effect.URGENT;
    }

    /** Those who have not said for a while that they type do so no more. */
    boolean expire(long now) {
        List<String> ended = new ArrayList<>();
        typingUntil.forEach((tab, until) -> {
            if (until <= now) {
                ended.add(tab);
            }
        });
        for (String tab : ended) {
            typingUntil.remove(tab);
            Attendee typing = byTab.get(tab);
            if (typing != null) {
                put(typing.silent());
            }
        }
        return !ended.isEmpty();
    }

    /** When {@link #expire} has to be called next. */
    long expiresAt() {
        return typingUntil.values().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
    }

    Roster roster(Departures departures, PresenceLimits limits) {
        return new Roster(ordered.stream().limit(limits.listed()).toList(), byTab.size(), departures.all());
    }

    private void put(Attendee attendee) {
        Attendee before = byTab.put(attendee.tab(), attendee);
        if (before != null) {
            ordered.remove(before);
        }
        ordered.add(attendee);
    }
}
