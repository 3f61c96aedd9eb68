package dev.sessionmesh.cluster.agreement;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Who is present, and what each of them said to this incarnation of ours. Being present is not enough to count. */
final class Peers {
    private record Heard(long number, long at, SortedMap<String, String> present, ViewMessage.Status status) {}

    private final String self;
    private final long leaseMillis;
    private final Map<String, Heard> heard = new HashMap<>();
    private List<String> oldestFirst = List.of();
    private SortedMap<String, String> present = new TreeMap<>();
    private String incarnation = "";
    private long wake;
    private boolean mute;

    Peers(String self, Duration lease) {
        this.self = self;
        this.leaseMillis = lease.toMillis();
    }

    void update(Input.Membership membership) {
        if (!incarnation.equals(membership.selfIncarnation())) {
            heard.clear();
            incarnation = membership.selfIncarnation();
        }
        // A node that restarts fast is listed twice for a moment: the younger entry, which comes later, is the live
        // one.
        var latest = new LinkedHashMap<String, String>();
        membership.oldestFirst().forEach(member -> latest.putLast(member.name(), member.incarnation()));
        heard.keySet().removeIf(name -> !latest.getOrDefault(name, "").equals(present.get(name)));
        present = new TreeMap<>(latest);
        oldestFirst = List.copyOf(latest.sequencedKeySet());
    }

    /** Another node has our name and is younger: we are the zombie. */
    boolean superseded() {
        return !incarnation.equals(present.get(self));
    }

    String incarnation() {
        return incarnation;
    }

    SortedMap<String, String> present() {
        return present;
    }

    Set<String> names() {
        return present.keySet();
    }

    List<String> oldestFirst() {
        return oldestFirst;
    }

    List<String> others() {
        return oldestFirst.stream().filter(name -> !name.equals(self)).toList();
    }

    boolean knows(Envelope envelope) {
        return !envelope.from().equals(self)
                && envelope.incarnation().equals(present.get(envelope.from()))
                && envelope.saw(self, incarnation);
    }

    /** False for a status that is older than what we have. */
    boolean note(Envelope envelope, ViewMessage.Status status, long now) {
        var known = heard.get(envelope.from());
        if (known != null && known.number() >= envelope.number()) {
            return false;
        }
        heard.put(envelope.from(), new Heard(envelope.number(), now, envelope.present(), status));
        return true;
    }

    void woke() {
        wake++;
    }

    /** From now on this node says nothing, and so counts for nobody, nor for itself. */
    void mute() {
        mute = true;
    }

    boolean isMute() {
        return mute;
    }

    /** Of those who were heard, who came back empty, and what it remembers. */
    Map<String, Remembered> empty() {
        var empty = new HashMap<String, Remembered>();
        heard.forEach((name, said) -> {
            if (said.status().empty()) {
                empty.put(name, said.status().remembered());
            }
        });
        return empty;
    }

    boolean allHeard(long now) {
        return counted(now).containsAll(oldestFirst);
    }

    /**
     * The names that count: ourselves, unless we are mute, and everybody who has spoken to this incarnation of ours since it last woke, and not
     * too long ago.
     */
    Set<String> counted(long now) {
        return counted(now, said -> true);
    }

    /** Those who count and had the same member list when they last spoke, and remember it as their company. */
    Set<String> alike(long now) {
        return counted(
                now,
                said -> said.present().equals(present)
                        && said.status().remembered().company().equals(present.keySet()));
    }

    private Set<String> counted(long now, Predicate<Heard> which) {
        var names = new TreeSet<String>();
        if (!mute) {
            names.add(self);
        }
        heard.forEach((name, said) -> {
            var sinceWake = said.status().wakesHeard().getOrDefault(self, 0L) == wake;
            if (sinceWake && now - said.at() < leaseMillis && which.test(said)) {
                names.add(name);
            }
        });
        return names;
    }

    ViewMessage.Status statusOf(Remembered remembered, boolean empty, boolean leaving, boolean answer) {
        var wakes = new TreeMap<String, Long>();
        heard.forEach((name, said) -> {
            if (said.status().wake() != 0) {
                wakes.put(name, said.status().wake());
            }
        });
        return new ViewMessage.Status(remembered, empty, leaving, answer, wake, wakes);
    }

    Stream<ViewMessage.Status> statuses() {
        return heard.values().stream().map(Heard::status);
    }

    boolean isLeaving(String name) {
        var known = heard.get(name);
        return known != null && known.status().leaving();
    }
}
