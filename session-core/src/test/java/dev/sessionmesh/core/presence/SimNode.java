package dev.sessionmesh.core.presence;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.SessionKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A node of the simulated mesh: the machine under test, the people at it, and a simple model of what is true of them. */
final class SimNode implements PresenceOut {
    private static final int MOST_TABS = 4;
    /** The clock on the wall. */
    private static final long EPOCH = 1_700_000_000_000L;

    final String name;
    final PresenceNode presence;
    final Map<String, SimNode> members = new TreeMap<>();
    /** Every node that ever was a member: who is there can still be reached by its name. */
    final Map<String, SimNode> everKnown = new HashMap<>();

    final Map<SessionKey, Screen> screens = new HashMap<>();
    private final Map<SessionKey, Long> unwatchedAt = new HashMap<>();
    final Map<String, Long> lost = new HashMap<>();
    final long startedAt;
    long diedAt = Long.MAX_VALUE;
    long cutSince = Long.MAX_VALUE;
    private final PresenceWorld world;
    private final Map<SessionKey, Map<String, Attendee>> tabs = new HashMap<>();
    private final Map<String, Long> typingUntil = new HashMap<>();
    private int tabNumber;

    SimNode(PresenceWorld world, String name) {
        this.world = world;
        this.name = name;
        this.startedAt = world.now();
        this.presence = new PresenceNode(name, PresenceWorld.LIMITS, this::others, this);
    }

    private Set<String> others() {
        everKnown.putAll(members);
        return new TreeSet<>(members.keySet());
    }

    boolean isCut() {
        return cutSince != Long.MAX_VALUE;
    }

    void heal() {
        cutSince = Long.MAX_VALUE;
    }

    void loses(SimNode dead) {
        members.remove(dead.name);
        lost.put(dead.name, world.now());
        presence.gone(dead.name, world.now());
    }

    void tick() {
        long now = world.now();
        typingUntil.forEach((tab, until) -> {
            if (until <= now) {
                tabs.values().forEach(here -> here.computeIfPresent(tab, (t, attendee) -> attendee.silent()));
            }
        });
        typingUntil.values().removeIf(until -> until <= now);
        if (presence.due() <= now) {
            presence.tick(now);
        }
    }

    Map<String, Attendee> tabs(SessionKey key) {
        return tabs.computeIfAbsent(key, k -> new TreeMap<>());
    }

    void watch(SessionKey key) {
        if (!screens.containsKey(key)) {
            screens.put(key, new Screen(PresenceWorld.LIMITS));
            presence.watch(key, world.now());
        }
    }

    private void unwatch(SessionKey key) {
        unwatchedAt.put(key, world.now());
        screens.remove(key);
        presence.unwatch(key);
    }

    /** Until when somebody watched the session here. */
    long wantedUntil(SessionKey key) {
        long until = screens.containsKey(key) ? world.now() : unwatchedAt.getOrDefault(key, 0L);
        return Math.min(until, diedAt);
    }

    void somebodyActs(Random random, SessionKey key) {
        Map<String, Attendee> here = tabs(key);
        int what = random.nextInt(10);
        if (what == 0 && screens.containsKey(key)) {
            unwatch(key);
        } else if (what <= 1) {
            watch(key);
        } else if (here.isEmpty() || (what <= 4 && here.size() < MOST_TABS)) {
            join(key, here);
        } else {
            String tab = List.copyOf(here.keySet()).get(random.nextInt(here.size()));
            if (what <= 6) {
                here.remove(tab);
                typingUntil.remove(tab);
                presence.leave(key, tab, wall(), world.now());
            } else {
                update(random, key, here, tab);
            }
        }
    }

    private void join(SessionKey key, Map<String, Attendee> here) {
        String tab = name + "-" + ++tabNumber;
        Attendee attendee = Attendee.joined(tab, new Actor(Actor.Kind.PERSON, name), "d" + tabNumber % 3, wall());
        here.put(tab, attendee);
        presence.join(key, attendee, world.now());
    }

    private void update(Random random, SessionKey key, Map<String, Attendee> here, String tab) {
        Optional<Boolean> typing = random.nextBoolean() ? Optional.of(random.nextInt(3) > 0) : Optional.empty();
        Optional<String> focus = random.nextBoolean() ? Optional.of("f" + random.nextInt(3)) : Optional.empty();
        long read = random.nextInt(100);
        PresenceUpdate update = new PresenceUpdate(typing, focus, Optional.empty(), read);
        Attendee old = here.get(tab);
        here.put(
                tab,
                new Attendee(
                        tab,
                        old.user(),
                        old.kind(),
                        old.device(),
                        old.joinedAt(),
                        wall(),
                        typing.orElse(old.typing()),
                        focus.orElse(old.focus()),
                        "",
                        Math.max(old.read(), read)));
        typing.ifPresent(said -> {
            if (said) {
                typingUntil.put(tab, world.now() + PresenceWorld.LIMITS.typing().toMillis());
            } else {
                typingUntil.remove(tab);
            }
        });
        presence.update(key, tab, update, wall(), world.now());
    }

    private long wall() {
        return EPOCH + world.now();
    }

    @Override
    public void send(String node, PresenceMessage message) {
        world.send(this, node, message);
    }

    @Override
    public void show(SessionKey key, PresenceChange change) {
        Screen screen = screens.get(key);
        if (screen == null) {
            throw new Screen.Violation(name + " shows " + key + " to nobody");
        }
        screen.show(change, world.now());
    }
}
