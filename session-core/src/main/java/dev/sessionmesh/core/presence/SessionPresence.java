package dev.sessionmesh.core.presence;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.presence.OwnTabs.Effect;
import dev.sessionmesh.core.presence.PresenceMessage.Report;
import dev.sessionmesh.core.presence.PresenceMessage.Watched;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * One session's presence on one node: its own tabs, which it tells the nodes that are interested; and, while somebody here watches, what
 * the others tell.
 */
final class SessionPresence {
    static final Comparator<SessionPresence> FIRST_PLANNED =
            Comparator.comparingLong(SessionPresence::planned).thenComparingLong(session -> session.number);

    private record View(long version, Roster roster) {}

    private final SessionKey key;
    private final PresenceLimits limits;
    private final LongSupplier nextVersion;
    private final long number;
    private final OwnTabs own = new OwnTabs();
    private final Departures departures;
    /** Nodes that want to know, and when they said so last. */
    private final Map<String, Long> interested = new LinkedHashMap<>();

    private final Map<String, View> views = new HashMap<>();
    private Roster published = Roster.EMPTY;
    private long version;
    /** What the published roster was changed from. */
    private long base;

    private long publishedAt;
    private boolean watched;
    /** What the watchers have been shown; nothing yet when they were shown nothing. */
    private Optional<Roster> shown = Optional.empty();

    private long showFrom;
    private long due = Long.MAX_VALUE;
    private long planned = Long.MAX_VALUE;
    private long flushedAt;

    /** @param nextVersion of any roster that this node publishes: never the same twice, always more */
    SessionPresence(SessionKey key, PresenceLimits limits, LongSupplier nextVersion, long now) {
        this.key = key;
        this.limits = limits;
        this.nextVersion = nextVersion;
        this.departures = new Departures(limits.remembered());
        this.version = nextVersion.getAsLong();
        this.base = version;
        this.number = version;
        this.flushedAt = now - limits.interval().toMillis();
    }

    SessionKey key() {
        return key;
    }

    // ---- the tabs here ----

    void join(Attendee attendee, long now) {
        own.join(attendee);
        changed(Effect.CHANGED, now);
    }

    void update(String tab, PresenceUpdate update, long at, long now) {
        changed(own.update(tab, update, at, now + limits.typing().toMillis()), now);
    }

    void leave(String tab, long at, long now) {
        own.leave(tab).ifPresent(left -> {
            departures.add(left.departed(at));
            changed(Effect.CHANGED, now);
        });
    }

    private void changed(Effect effect, long now) {
        switch (effect) {
            case NONE -> {}
            case CHANGED -> dueAt(now + limits.interval().toMillis());
            case URGENT -> dueAt(now);
        }
    }

    // ---- what is told to other nodes ----

    boolean isSought() {
        return !interested.isEmpty();
    }

    /** A node wants to know; what it lacks is reported to it, unless that is on its way already. */
    void sought(String node, long known, long now, Mail mail) {
        boolean repeated = interested.containsKey(node);
        if (!repeated) {
            if (own.expire(now)) {
                dueAt(now);
            }
            publish(now, mail);
        }
        interested.put(node, now);
        boolean underWay = repeated && known == base && now - publishedAt < PresenceNode.BEAT_MILLIS;
        if (known != version && !underWay) {
            mail.report(node, new Report(key, Report.WHOLE, version, published.since(Roster.EMPTY)));
        }
    }

    void notSought(String node) {
        interested.remove(node);
    }

    /** Nodes that have not repeated their interest since then have none. */
    void forgetInterestBefore(long then) {
        interested.values().removeIf(said -> said < then);
    }

    private void publish(long now, Mail mail) {
        Roster roster = own.roster(departures, limits);
        RosterChange change = roster.since(published);
        if (change.changes(published)) {
            base = version;
            version = nextVersion.getAsLong();
            published = roster;
            publishedAt = now;
            interested.keySet().forEach(node -> mail.report(node, new Report(key, base, version, change)));
        }
    }

    // ---- what other nodes tell, and what is shown ----

    boolean isWatched() {
        return watched;
    }

    /** The watchers are shown nothing until all others have told who is there, or had the time to. */
    void watch(Set<String> others, long now) {
        watched = true;
        showFirstAt(isComplete(others) ? now : now + limits.interval().toMillis());
    }

    void unwatch() {
        watched = false;
        views.clear();
        shown = Optional.empty();
    }

    Optional<Roster> shown() {
        return shown;
    }

    /** The version of a node's roster that is known here. */
    long known(String node) {
        View view = views.get(node);
        return view == null ? Watched.NOTHING : view.version();
    }

    /** Whether all of them have told who is there. */
    boolean isComplete(Set<String> others) {
        return views.keySet().containsAll(others);
    }

    /** @return false if something is missing before it */
    boolean learn(String node, Report report, Set<String> others, long now) {
        View view = views.get(node);
        if (view != null && isOld(report, view)) {
            return true;
        }
        if (!report.whole() && (view == null || !continues(report, view))) {
            return false;
        }
        Roster before = report.whole() || view == null ? Roster.EMPTY : view.roster();
        views.put(node, new View(report.version(), before.after(report.change())));
        if (shown.isPresent()) {
            dueAt(now);
        } else if (isComplete(others)) {
            showFirstAt(now);
        }
        return true;
    }

    private static boolean isOld(Report report, View view) {
        return report.version() <= view.version();
    }

    private static boolean continues(Report report, View view) {
        return report.base() == view.version();
    }

    /** A node is dead, or as good as that: its tabs left. */
    void forget(String node, long now) {
        interested.remove(node);
        View view = views.remove(node);
        if (view != null) {
            departures.addAll(view.roster().departed());
            view.roster().listed().forEach(lost -> departures.add(lost.departed(lost.lastSeenAt())));
            dueAt(now);
        }
    }

    /** The nodes whose rosters are known. */
    List<String> viewed() {
        return List.copyOf(views.keySet());
    }

    private void show(PresenceOut out) {
        List<Roster> rosters = new ArrayList<>();
        rosters.add(own.roster(departures, limits));
        views.values().forEach(view -> rosters.add(view.roster()));
        Roster now = Roster.merged(rosters, limits);
        Optional<Roster> before = shown;
        shown = Optional.of(now);
        if (before.isEmpty()) {
            out.show(key, PresenceChange.full(now));
            return;
        }
        RosterChange change = now.since(before.get());
        if (change.changes(before.get())) {
            out.show(key, shownAs(change, before.get(), now, rosters));
        }
    }

    private PresenceChange shownAs(RosterChange change, Roster before, Roster now, Collection<Roster> rosters) {
        Map<String, Departed> left = new LinkedHashMap<>();
        List<String> unlisted = new ArrayList<>();
        now.departed().stream()
                .filter(departed -> !before.departed().contains(departed))
                .forEach(departed -> left.put(departed.tab(), departed));
        for (Attendee gone : before.listed()) {
            if (!change.gone().contains(gone.tab())) {
                continue;
            }
            if (isHere(gone.tab())) {
                unlisted.add(gone.tab());
            } else {
                left.putIfAbsent(gone.tab(), departed(gone, rosters));
            }
        }
        return new PresenceChange(false, change.here(), List.copyOf(left.values()), unlisted, now.more());
    }

    private boolean isHere(String tab) {
        return own.has(tab)
                || views.values().stream()
                        .flatMap(view -> view.roster().listed().stream())
                        .anyMatch(attendee -> attendee.tab().equals(tab));
    }

    /** As its node told; a device of which another tab is here still does not count as departed, but this tab is. */
    private static Departed departed(Attendee gone, Collection<Roster> rosters) {
        return rosters.stream()
                .flatMap(roster -> roster.departed().stream())
                .filter(departed -> departed.tab().equals(gone.tab()))
                .reduce(Departed::merge)
                .orElseGet(() -> gone.departed(gone.lastSeenAt()));
    }

    // ---- when ----

    /** When {@link #flush} has to be called; never while nobody wants to know. */
    long plan() {
        planned = watched || isSought() ? Math.min(due, own.expiresAt()) : Long.MAX_VALUE;
        return planned;
    }

    long planned() {
        return planned;
    }

    void flush(long now, Mail mail, PresenceOut out) {
        if (own.expire(now)) {
            dueAt(now);
        }
        if (due <= now) {
            due = Long.MAX_VALUE;
            flushedAt = now;
            publish(now, mail);
            if (watched && showFrom <= now) {
                show(out);
            } else if (watched) {
                showFirstAt(showFrom);
            }
        }
    }

    /** The first time of all waits for no interval. */
    private void showFirstAt(long time) {
        showFrom = time;
        due = Math.min(due, time);
    }

    /** Not before the interval since the last time is over. */
    private void dueAt(long time) {
        due = Math.min(due, Math.max(time, flushedAt + limits.interval().toMillis()));
    }

    /** Nobody is here, and nobody wants to know. */
    boolean isIdle() {
        return own.isEmpty() && !watched && interested.isEmpty();
    }

    boolean isBlank() {
        return isIdle() && departures.isEmpty();
    }
}
