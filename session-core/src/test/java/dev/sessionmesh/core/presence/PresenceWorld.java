package dev.sessionmesh.core.presence;

import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.presence.Screen.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Supplier;

/**
 * A mesh of three to five nodes with people who come, type, read and go, on a network that loses, doubles, delays and reorders, while
 * nodes die, come back, and are cut off. Everything follows from the seed.
 */
public final class PresenceWorld {
    static final PresenceLimits LIMITS =
            new PresenceLimits(5, 64, 100, 4, 3, Duration.ofMillis(250), Duration.ofSeconds(3), Duration.ofSeconds(5));
    private static final List<SessionKey> SESSIONS =
            List.of(new SessionKey("default", "s1"), new SessionKey("default", "s2"));
    private static final long HORIZON = 25_000;
    private static final long SETTLES = 20_000;
    private static final long STEP = 10;
    private static final long SLACK = 3 * STEP;
    private static final long MOST_DELAY = 400;
    private static final long TELLS_MEMBERS = 7_000;

    private record Event(long at, long number, Runnable work) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
        }
    }

    private final Random random;
    private final double loss;
    private final double doubled;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<SimNode> nodes = new ArrayList<>();
    private long eventNumber;
    private long now = 1_000;
    private int incarnations;
    private int messages;
    private boolean calm;

    private PresenceWorld(long seed) {
        random = new Random(seed);
        loss = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.3;
        doubled = random.nextDouble() * 0.2;
        int size = 3 + random.nextInt(3);
        for (int i = 0; i < size; i++) {
            start();
        }
    }

    /** What went wrong in the first of these seeds in which something did. */
    public static Optional<String> firstFailure(long from, int seeds) {
        for (long seed = from; seed < from + seeds; seed++) {
            try {
                run(seed);
            } catch (Violation broken) {
                return Optional.of("seed " + seed + ": " + broken.getMessage());
            }
        }
        return Optional.empty();
    }

    /** @return a number that differs when the run did */
    static long run(long seed) {
        PresenceWorld world = new PresenceWorld(seed);
        try {
            world.run();
        } catch (Violation broken) {
            throw new Violation("at " + world.now + " ms: " + broken.getMessage());
        }
        return world.messages * 31L + world.random.nextInt();
    }

    private void run() {
        while (now < HORIZON) {
            act();
            step();
        }
        calm = true;
        nodes.forEach(SimNode::heal);
        for (SessionKey key : SESSIONS) {
            nodes.get(0).watch(key);
            nodes.get(1).watch(key);
        }
        while (now < HORIZON + SETTLES) {
            step();
        }
        compare();
    }

    private void step() {
        now += STEP;
        while (!events.isEmpty() && events.peek().at <= now) {
            events.remove().work.run();
        }
        nodes.forEach(SimNode::tick);
        nodes.forEach(this::lookForGhosts);
    }

    private void act() {
        for (SimNode node : List.copyOf(nodes)) {
            if (random.nextInt(12) == 0) {
                node.somebodyActs(random, SESSIONS.get(random.nextInt(SESSIONS.size())));
            }
        }
        if (nodes.size() > 2 && random.nextInt(500) == 0) {
            crash(nodes.get(random.nextInt(nodes.size())));
        }
        if (random.nextInt(500) == 0) {
            SimNode cut = nodes.get(random.nextInt(nodes.size()));
            cut.cutSince = Math.min(cut.cutSince, now);
            later(500 + random.nextInt(9_000), cut::heal);
        }
    }

    private void crash(SimNode dead) {
        nodes.remove(dead);
        dead.diedAt = now;
        for (SimNode other : nodes) {
            later(random.nextInt((int) TELLS_MEMBERS), () -> other.loses(dead));
        }
        later(500 + random.nextInt(3_000), this::start);
    }

    private void start() {
        SimNode fresh = new SimNode(this, "n" + ++incarnations);
        for (SimNode other : nodes) {
            fresh.members.put(other.name, other);
            later(random.nextInt(1_000), () -> {
                if (fresh.diedAt == Long.MAX_VALUE) {
                    other.members.put(fresh.name, fresh);
                }
            });
        }
        nodes.add(fresh);
    }

    /** Nobody of a node that is dead, that is no member, or that is out of reach is shown for longer than promised. */
    private void lookForGhosts(SimNode node) {
        long untilSilent = LIMITS.silence().toMillis()
                + PresenceNode.BEAT_MILLIS
                + LIMITS.interval().toMillis()
                + MOST_DELAY
                + SLACK;
        long untilShown = LIMITS.interval().toMillis() + SLACK;
        node.screens.forEach((key, screen) -> screen.here().forEach(attendee -> {
            String home = attendee.user();
            if (home.equals(node.name)) {
                return;
            }
            SimNode other = node.everKnown.get(home);
            check(other != null, "nobody ever told of " + home);
            long outOfReach = Math.min(other.diedAt, Math.max(Math.min(other.cutSince, node.cutSince), node.startedAt));
            check(
                    now <= outOfReach + untilSilent || outOfReach == Long.MAX_VALUE,
                    () -> node.name + " shows " + attendee.tab() + " of a node out of reach since " + outOfReach);
            Long lostAt = node.lost.get(home);
            check(
                    lostAt == null || now <= lostAt + untilShown,
                    () -> node.name + " shows " + attendee.tab() + " of a node that is no member since " + lostAt);
        }));
    }

    /** When all is quiet, everybody is shown what is the case. */
    private void compare() {
        for (SessionKey key : SESSIONS) {
            List<Attendee> truth = nodes.stream()
                    .flatMap(node -> node.tabs(key).values().stream())
                    .sorted(Attendee.ORDER)
                    .toList();
            List<Attendee> listed = truth.stream().limit(LIMITS.listed()).toList();
            List<Departed> departed = null;
            for (SimNode node : nodes) {
                Screen screen = node.screens.get(key);
                if (screen == null) {
                    continue;
                }
                List<Attendee> shown = screen.here().stream()
                        .sorted(Attendee.ORDER)
                        .map(PresenceWorld::withoutTime)
                        .toList();
                check(
                        shown.equals(
                                listed.stream().map(PresenceWorld::withoutTime).toList()),
                        () -> node.name + " shows " + shown + " of " + key + ", but here are " + listed);
                check(screen.more() == truth.size() - listed.size(), node.name + " shows " + screen.more() + " more");
                Roster roster = node.presence.watch(key, now).orElseThrow(() -> new Violation("nothing is shown"));
                check(departed == null || departed.equals(roster.departed()), "who left is told differently");
                departed = roster.departed();
            }
            check(departed != null, "nobody watches " + key);
        }
    }

    private static Attendee withoutTime(Attendee a) {
        return new Attendee(
                a.tab(), a.user(), a.kind(), a.device(), a.joinedAt(), 0, a.typing(), a.focus(), a.status(), a.read());
    }

    // ---- what nodes need of the world ----

    long now() {
        return now;
    }

    void send(SimNode from, String to, PresenceMessage message) {
        messages++;
        SimNode receiver = from.everKnown.get(to);
        if (receiver != null) {
            checkIsWanted(from, receiver, message);
        }
        int copies = random.nextDouble() < doubled ? 2 : 1;
        for (int i = 0; i < copies && receiver != null; i++) {
            if (calm || random.nextDouble() >= loss) {
                later(1 + random.nextInt((int) MOST_DELAY), () -> {
                    if (receiver.diedAt == Long.MAX_VALUE && !from.isCut() && !receiver.isCut()) {
                        receiver.presence.receive(message, now);
                    }
                });
            }
        }
    }

    /** Only nodes at which somebody watches ask, and only those are told. */
    private void checkIsWanted(SimNode from, SimNode to, PresenceMessage message) {
        long grace = LIMITS.silence().toMillis() + 2 * PresenceNode.BEAT_MILLIS + MOST_DELAY;
        switch (message) {
            case PresenceMessage.Watch watch ->
                watch.sessions().stream()
                        .filter(PresenceMessage.Watched::wanted)
                        .forEach(wish -> check(
                                from.wantedUntil(wish.key()) >= now,
                                () -> from.name + " asks for " + wish.key() + ", which nobody watches there"));
            case PresenceMessage.News news ->
                news.reports()
                        .forEach(report -> check(
                                to.wantedUntil(report.key()) + grace >= now,
                                () -> from.name + " tells " + to.name + " of " + report.key() + " for nothing"));
        }
    }

    private void later(long millis, Runnable work) {
        events.add(new Event(now + millis, eventNumber++, work));
    }

    private static void check(boolean right, String otherwise) {
        check(right, () -> otherwise);
    }

    private static void check(boolean right, Supplier<String> otherwise) {
        if (!right) {
            throw new Violation(otherwise.get());
        }
    }
}
