package dev.sessionmesh.core.presence;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.presence.PresenceMessage.News;
import dev.sessionmesh.core.presence.PresenceMessage.Report;
import dev.sessionmesh.core.presence.PresenceMessage.Watch;
import dev.sessionmesh.core.presence.PresenceMessage.Watched;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The presence that one node has and knows. Each node owns the tabs that are connected to it. A node at which somebody watches a session
 * tells all others so, once a second; those answer with who is there, and tell every change as long as the interest is repeated.
 * Where nobody watches, nothing is sent.
 *
 * <p>Pure: {@code now} is monotonic, in milliseconds; {@code at} is what clocks on walls show, in epoch milliseconds.
 */
public final class PresenceNode {
    static final long BEAT_MILLIS = 1_000;
    /** Sessions that one message asks for, at most. */
    private static final int ASKED = 1_000;

    private final String self;
    private final PresenceLimits limits;
    private final Supplier<Set<String>> others;
    private final PresenceOut out;
    private final Map<SessionKey, SessionPresence> sessions = new HashMap<>();
    private final Set<SessionPresence> watched = new LinkedHashSet<>();
    private final Set<SessionPresence> sought = new LinkedHashSet<>();
    /** Sessions that are only kept for the devices that left. */
    private final Set<SessionKey> resting = new LinkedHashSet<>();
    /** The sessions that have to be looked at, the first one first. */
    private final NavigableSet<SessionPresence> agenda = new TreeSet<>(SessionPresence.FIRST_PLANNED);
    /** When a node was last heard of. */
    private final Map<String, Long> heard = new HashMap<>();

    private long version;
    private long beatAt = Long.MAX_VALUE;

    /**
     * @param self incarnation of this node
     * @param others incarnations of all other members; what others say is not listened to
     */
    public PresenceNode(String self, PresenceLimits limits, Supplier<Set<String>> others, PresenceOut out) {
        this.self = self;
        this.limits = limits;
        this.others = others;
        this.out = out;
    }

    // ---- the tabs of this node ----

    public void join(SessionKey key, Attendee attendee, long now) {
        SessionPresence session = session(key, now);
        session.join(attendee, now);
        plan(session);
    }

    /** Of a tab that has left already nothing is taken. */
    public void update(SessionKey key, String tab, PresenceUpdate update, long at, long now) {
        known(key, session -> session.update(tab, update, at, now));
    }

    public void leave(SessionKey key, String tab, long at, long now) {
        known(key, session -> session.leave(tab, at, now));
    }

    // ---- those who want to know ----

    /** What is shown of a session from now on: nothing yet, or what was shown last. */
    public Optional<Roster> watch(SessionKey key, long now) {
        SessionPresence session = session(key, now);
        if (!session.isWatched()) {
            session.watch(others.get(), now);
            watched.add(session);
            plan(session);
            others.get().forEach(node -> ask(node, List.of(new Watched(key, Watched.NOTHING, true))));
            beatAt = Math.min(beatAt, now + BEAT_MILLIS);
        }
        return session.shown();
    }

    /** Nobody watches the session here any more. */
    public void unwatch(SessionKey key) {
        known(key, session -> {
            if (session.isWatched()) {
                session.unwatch();
                watched.remove(session);
                others.get().forEach(node -> ask(node, List.of(new Watched(key, Watched.NOTHING, false))));
            }
        });
    }

    /** Whether every node has told who is there. */
    public boolean isComplete(SessionKey key) {
        SessionPresence session = sessions.get(key);
        return session != null && session.isComplete(others.get());
    }

    // ---- other nodes ----

    public void receive(PresenceMessage message, long now) {
        if (!isMember(message.sender())) {
            return; // an incarnation that is gone, whatever was still on its way
        }
        heard.put(message.sender(), now);
        switch (message) {
            case Watch watch -> answer(watch, now);
            case News news -> learn(news, now);
        }
    }

    private boolean isMember(String node) {
        return others.get().contains(node);
    }

    private void answer(Watch watch, long now) {
        Mail mail = new Mail(self, out);
        mail.answer(watch.sender());
        for (Watched wish : watch.sessions()) {
            if (wish.wanted()) {
                SessionPresence session = session(wish.key(), now);
                session.sought(watch.sender(), wish.known(), now, mail);
                sought.add(session);
                plan(session);
                beatAt = Math.min(beatAt, now + BEAT_MILLIS);
            } else {
                known(wish.key(), session -> notSought(session, watch.sender()));
            }
        }
        mail.sendAll();
    }

    private void notSought(SessionPresence session, String node) {
        session.notSought(node);
        if (!session.isSought()) {
            sought.remove(session);
        }
    }

    private void learn(News news, long now) {
        List<Watched> missing = new ArrayList<>();
        for (Report report : news.reports()) {
            SessionPresence session = sessions.get(report.key());
            if (session != null && session.isWatched()) {
                if (!session.learn(news.sender(), report, others.get(), now)) {
                    missing.add(new Watched(report.key(), session.known(news.sender()), true));
                }
                plan(session);
            }
        }
        if (!missing.isEmpty()) {
            ask(news.sender(), missing);
        }
    }

    /** A node is no member any more: nobody is there. */
    public void gone(String node, long now) {
        heard.remove(node);
        forget(node, now);
    }

    private void forget(String node, long now) {
        for (SessionPresence session : watched) {
            session.forget(node, now);
            plan(session);
        }
        for (SessionPresence session : List.copyOf(sought)) {
            notSought(session, node);
            settle(session);
        }
    }

    // ---- time ----

    /** When {@link #tick} has to be called next. */
    public long due() {
        return agenda.isEmpty() ? beatAt : Math.min(beatAt, agenda.first().planned());
    }

    public void tick(long now) {
        if (beatAt <= now) {
            beat(now);
        }
        List<SessionPresence> due = new ArrayList<>();
        while (!agenda.isEmpty() && agenda.first().planned() <= now) {
            due.add(agenda.removeFirst());
        }
        Mail mail = new Mail(self, out);
        for (SessionPresence session : due) {
            session.flush(now, mail, out);
            plan(session);
        }
        mail.sendAll();
    }

    /** Whatever may have changed when a session has to be looked at. */
    private void plan(SessionPresence session) {
        agenda.remove(session);
        if (session.plan() < Long.MAX_VALUE) {
            agenda.add(session);
        }
    }

    private void beat(long now) {
        Set<String> members = others.get();
        forgetTheSilent(members, now);
        for (SessionPresence session : List.copyOf(sought)) {
            session.forgetInterestBefore(now - limits.silence().toMillis());
            if (!session.isSought()) {
                sought.remove(session);
                settle(session);
            }
        }
        if (!watched.isEmpty()) {
            members.forEach(this::askAll);
        }
        beatAt = watched.isEmpty() && sought.isEmpty() ? Long.MAX_VALUE : now + BEAT_MILLIS;
    }

    private void forgetTheSilent(Set<String> members, long now) {
        Set<String> silent = new LinkedHashSet<>();
        watched.forEach(session -> silent.addAll(session.viewed()));
        silent.removeIf(node -> members.contains(node)
                && now - heard.getOrDefault(node, 0L) < limits.silence().toMillis());
        silent.forEach(node -> {
            heard.remove(node);
            forget(node, now);
        });
    }

    private void askAll(String node) {
        List<Watched> wishes = new ArrayList<>();
        Iterator<SessionPresence> sessionsLeft = watched.iterator();
        while (sessionsLeft.hasNext()) {
            SessionPresence session = sessionsLeft.next();
            wishes.add(new Watched(session.key(), session.known(node), true));
            if (wishes.size() == ASKED || !sessionsLeft.hasNext()) {
                ask(node, wishes);
                wishes = new ArrayList<>();
            }
        }
    }

    private void ask(String node, List<Watched> wishes) {
        out.send(node, new Watch(self, List.copyOf(wishes)));
    }

    // ---- which sessions are known ----

    private SessionPresence session(SessionKey key, long now) {
        resting.remove(key);
        return sessions.computeIfAbsent(key, k -> new SessionPresence(k, limits, () -> ++version, now));
    }

    private void known(SessionKey key, Consumer<SessionPresence> work) {
        SessionPresence session = sessions.get(key);
        if (session != null) {
            work.accept(session);
            settle(session);
        }
    }

    private void settle(SessionPresence session) {
        plan(session);
        if (session.isBlank()) {
            sessions.remove(session.key());
            resting.remove(session.key());
        } else if (session.isIdle() && resting.add(session.key()) && resting.size() > limits.rememberedSessions()) {
            SessionKey eldest = resting.iterator().next();
            resting.remove(eldest);
            sessions.remove(eldest);
        }
    }

    /** Sessions of which something is known here: tabs, watchers, nodes that want to know, or devices that left. */
    public int size() {
        return sessions.size();
    }
}
