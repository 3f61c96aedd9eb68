package dev.sessionmesh.cluster.agreement;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** A few nodes whose messages arrive at once and in order, unless a test holds them back. */
final class ViewLab {
    static final Duration HOLD_DOWN = Duration.ofSeconds(10);
    static final Duration LEASE = Duration.ofSeconds(2);

    private record Letter(String to, Envelope envelope) {}

    private final Map<String, AgreedView> nodes = new TreeMap<>();
    private final Map<String, Remembered> disks = new HashMap<>();
    private final Map<String, List<String>> lists = new HashMap<>();
    private final Map<String, Integer> incarnations = new HashMap<>();
    private final ArrayDeque<Letter> post = new ArrayDeque<>();
    private Predicate<ViewMessage> lost = message -> false;
    private final Set<String> frozen = new HashSet<>();
    private final int initialMembers;
    private long now;
    final List<Output> outputs = new ArrayList<>();

    ViewLab(int initialMembers) {
        this.initialMembers = initialMembers;
    }

    /** Nodes in one list; those that are new to the first one's list join it as new incarnations. */
    ViewLab together(String... names) {
        var list = new ArrayList<>(lists.getOrDefault(names[0], List.of(names[0])));
        list.retainAll(List.of(names));
        for (var name : names) {
            nodes.computeIfAbsent(name, this::start);
            if (!list.contains(name) || !lists.containsKey(name)) {
                incarnations.merge(name, 1, Integer::sum);
                list.remove(name);
                list.add(name);
            }
        }
        for (var name : names) {
            lists.put(name, List.copyOf(list));
        }
        for (var name : names) {
            showList(name);
        }
        deliver();
        return this;
    }

    /** This node stops without a word; the others do not see that before they are told by {@link #together}. */
    ViewLab crash(String... names) {
        for (var name : names) {
            nodes.remove(name);
            lists.remove(name);
        }
        return this;
    }

    ViewLab loseDisk(String name) {
        disks.remove(name);
        return this;
    }

    ViewLab losing(Predicate<ViewMessage> which) {
        lost = which;
        return this;
    }

    ViewLab freeze(String name) {
        frozen.add(name);
        return this;
    }

    /** The frozen node goes on: what was sent to it in the meantime arrives after it noticed the pause. */
    ViewLab wake(String name) {
        frozen.remove(name);
        feed(name, new Input.Woke());
        deliver();
        return this;
    }

    /** Others take a node from their lists; its own list stays as it was. */
    ViewLab dropFromListsOf(String gone, String... names) {
        for (var name : names) {
            lists.put(name, List.of(names));
            showList(name);
        }
        deliver();
        return this;
    }

    ViewLab passes(Duration time, boolean safe) {
        now += time.toMillis();
        for (int round = 0; round < 3; round++) {
            List.copyOf(nodes.keySet()).forEach(name -> feed(name, new Input.Tick(safe)));
            deliver();
            now += 2;
        }
        return this;
    }

    /** The node is merged into the side that the next list shows. */
    ViewLab merging(String... names) {
        for (var name : names) {
            feed(name, new Input.Merged());
        }
        return this;
    }

    ViewLab leave(String name) {
        feed(name, new Input.Leave());
        deliver();
        return this;
    }

    ViewLab forget(String by, String name) {
        feed(by, new Input.Forget(name));
        deliver();
        return this;
    }

    Set<String> view(String name) {
        return nodes.get(name).view().names();
    }

    Set<String> quorate() {
        var names = new TreeSet<String>();
        nodes.forEach((name, node) -> {
            if (node.hasQuorum()) {
                names.add(name);
            }
        });
        return names;
    }

    Standing standing(String name) {
        return nodes.get(name).standing();
    }

    /** Shows a node a list that the others on it don't have. */
    ViewLab sees(String name, String... names) {
        lists.put(name, List.of(names));
        showList(name);
        return this;
    }

    ViewLab talk() {
        deliver();
        return this;
    }

    boolean warned(String code) {
        return outputs.stream()
                .anyMatch(output ->
                        output instanceof Output.Warn warn && warn.code().equals(code));
    }

    boolean has(Class<? extends Output> kind) {
        return outputs.stream().anyMatch(kind::isInstance);
    }

    private AgreedView start(String name) {
        var settings = new AgreementSettings(
                name, initialMembers, HOLD_DOWN, LEASE, Duration.ofMillis(1), () -> "lineage-" + name);
        return new AgreedView(settings, disks.getOrDefault(name, Remembered.NOTHING));
    }

    private void showList(String name) {
        var members = lists.get(name).stream()
                .map(member -> new Input.Member(member, incarnation(member)))
                .toList();
        feed(name, new Input.Membership(incarnation(name), members));
    }

    private String incarnation(String name) {
        return name + incarnations.get(name);
    }

    private void feed(String name, Input input) {
        if (frozen.contains(name)) {
            return;
        }
        for (var output : nodes.get(name).on(now, input)) {
            outputs.add(output);
            if (output instanceof Output.Persist persist) {
                disks.put(name, persist.remembered());
            } else if (output instanceof Output.Send send) {
                send.to().forEach(to -> post.add(new Letter(to, send.envelope())));
            }
        }
    }

    private void deliver() {
        int limit = 100_000;
        var kept = new ArrayDeque<Letter>();
        while (!post.isEmpty()) {
            if (--limit == 0) {
                throw new AssertionError("the nodes talk for ever");
            }
            var letter = post.poll();
            if (frozen.contains(letter.to())) {
                kept.add(letter);
            } else if (nodes.containsKey(letter.to())
                    && !lost.test(letter.envelope().message())
                    && lists.get(letter.to()).contains(letter.envelope().from())) {
                feed(letter.to(), new Input.Received(letter.envelope()));
            }
        }
        post.addAll(kept);
    }
}
