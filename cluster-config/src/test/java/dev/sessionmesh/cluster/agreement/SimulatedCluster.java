package dev.sessionmesh.cluster.agreement;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Nodes under a seeded network and a seeded group membership that behaves as badly as the real one may: lists change
 * at different times on different nodes, the dead are noticed late, halves that were split come back as new incarnations.
 * What it does not do, because the real one does not: put an incarnation back on a list it was taken from.
 */
final class SimulatedCluster {
    static final int TICK_MS = 250;
    static final int DETECTION_MS_MAX = 5_000;
    static final Duration LEASE = Duration.ofMillis(2_500);

    /** A group that Hazelcast would call a cluster; its list is what its members will sooner or later see. */
    private static final class Group {
        final List<Input.Member> list = new ArrayList<>();
        int version;
    }

    private final class Node {
        final String name;
        final int initialMembers;
        AgreedView view;
        Remembered disk = Remembered.NOTHING;
        Group group = new Group();
        String incarnation = "";
        int appliedVersion;
        boolean up;
        boolean leaving;
        boolean frozen;
        /** The latest write that it has in memory. */
        long memory;
        /** It has not belonged to a majority since it was started. */
        boolean empty = true;
        /** It was merged, and will end itself. */
        boolean merged;

        final List<Runnable> whenAwake = new ArrayList<>();

        Node(String name, int initialMembers) {
            this.name = name;
            this.initialMembers = initialMembers;
            this.view = start();
        }

        AgreedView start() {
            var settings = new AgreementSettings(
                    name, initialMembers, Duration.ofSeconds(8), LEASE, Duration.ofMillis(700), () -> "L" + ++lineages);
            return new AgreedView(settings, disk);
        }
    }

    private record Event(long at, long order, Runnable what) {}

    private final Random random;
    private final Map<String, Node> nodes = new TreeMap<>();
    private final Map<String, Integer> side = new HashMap<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
    private final Map<String, View> everAgreed = new HashMap<>();
    private final StringBuilder trace = new StringBuilder();
    private long now;
    private long order;
    private int incarnations;
    private int lineages;
    private double loss;
    private int slowOneIn;
    private boolean calm = true;
    private boolean changed;
    /** Whether what a majority wrote must be known to the next one; not where nodes die and forget. */
    private boolean memories;

    private long written;
    int agreedViews;
    int quorateChecks;
    int cutChecks;

    SimulatedCluster(long seed) {
        this.random = new Random(seed);
        this.loss = random.nextInt(4) * 0.12;
        this.slowOneIn = 3 + random.nextInt(40);
        at(DETECTION_MS_MAX, this::detect);
        at(1_500, this::merge);
    }

    void add(String name, int initialMembers) {
        var node = new Node(name, initialMembers);
        nodes.put(name, node);
        side.put(name, 0);
        start(name);
        at(random.nextInt(TICK_MS), () -> tick(node));
    }

    void start(String name) {
        var node = nodes.get(name);
        if (node.up) {
            return;
        }
        node.up = true;
        node.leaving = false;
        node.memory = 0;
        node.empty = true;
        node.merged = false;
        node.view = node.start();
        var reachable = nodes.values().stream()
                .filter(other ->
                        other.up && other != node && side.get(other.name).equals(side.get(name)))
                .map(other -> other.group)
                .distinct()
                .toList();
        note("start " + name);
        join(node, reachable.isEmpty() ? new Group() : reachable.get(random.nextInt(reachable.size())));
    }

    void crash(String name) {
        var node = nodes.get(name);
        if (node.up) {
            note("crash " + name);
            node.up = false;
            changed = true;
        }
    }

    /** Comes back empty, on the side it finds. Never so many that nobody might be left who knows the newest. */
    void restart(String name) {
        var founders = nodes.values();
        long without = founders.stream()
                .filter(node -> !node.up || node.empty || node.merged || node.name.equals(name))
                .count();
        boolean isKnown = founders.stream()
                .anyMatch(node -> node.up && !node.merged && !node.name.equals(name) && node.memory == written);
        if (nodes.get(name).up && isKnown && without <= (founders.size() - 1) / 2) {
            crash(name);
            at(500 + random.nextInt(6_000), () -> start(name));
        }
    }

    void freeze(String name) {
        var node = nodes.get(name);
        if (node.up && !node.frozen) {
            node.frozen = true;
            long pause = random.nextInt(8_000);
            note("freeze " + name + " for " + pause);
            at(pause, () -> thaw(node, pause));
        }
    }

    private void thaw(Node node, long pause) {
        node.frozen = false;
        if (node.up && pause >= LEASE.toMillis()) {
            feed(node, new Input.Woke());
        }
        var waiting = List.copyOf(node.whenAwake);
        node.whenAwake.clear();
        waiting.forEach(Runnable::run);
    }

    /** What reaches a frozen node waits in its buffers. */
    private static void awake(Node node, Runnable what) {
        if (node.frozen) {
            node.whenAwake.add(what);
        } else {
            what.run();
        }
    }

    void leave(String name) {
        var node = nodes.get(name);
        if (node.up && !node.leaving && !node.frozen) {
            note("leave " + name);
            node.leaving = true;
            var stopping = node.view;
            feed(node, new Input.Leave());
            at(5_000, () -> stop(node, stopping));
        }
    }

    /** From now on no majority may know less than one before it. */
    void remembering() {
        memories = true;
    }

    void storm() {
        calm = false;
    }

    void split(int sides) {
        side.replaceAll((name, before) -> random.nextInt(sides));
        note("split " + side);
    }

    void heal() {
        side.replaceAll((name, before) -> 0);
        note("heal");
    }

    void calmDown() {
        calm = true;
        loss = 0;
        slowOneIn = Math.max(slowOneIn, 10);
        heal();
        nodes.keySet().forEach(this::start);
    }

    List<String> names() {
        return List.copyOf(nodes.keySet());
    }

    void runFor(long millis) {
        var end = now + millis;
        while (!events.isEmpty() && events.peek().at() <= end) {
            var event = events.poll();
            now = event.at();
            event.what().run();
            if (changed) {
                changed = false;
                check();
            }
        }
        now = end;
    }

    /** Nodes that are up, and what is wrong with each; empty when all agree and may write. */
    List<String> complaints() {
        var up = nodes.values().stream().filter(node -> node.up).toList();
        var names = up.stream().map(node -> node.name).collect(Collectors.toCollection(TreeSet::new));
        var views = up.stream().map(node -> node.view.view()).distinct().toList();
        var complaints = new ArrayList<String>();
        if (views.size() != 1) {
            complaints.add("views differ: " + views);
        }
        for (var node : up) {
            if (!node.view.hasQuorum() || !node.view.view().names().containsAll(names)) {
                complaints.add(
                        node.name + " quorum " + node.view.hasQuorum() + " at " + node.view.view() + " of " + names);
            }
        }
        return complaints;
    }

    String trace() {
        return trace.toString();
    }

    private void at(long delay, Runnable what) {
        events.add(new Event(now + delay, ++order, what));
    }

    private void note(String what) {
        trace.append(now).append(' ').append(what).append('\n');
    }

    private void tick(Node node) {
        if (node.up && !node.frozen) {
            feed(node, new Input.Tick(calm || random.nextInt(10) < 7));
        }
        at(TICK_MS - 50 + random.nextInt(100), () -> tick(node));
    }

    private void feed(Node node, Input input) {
        var before = node.view.view();
        var hadQuorum = node.view.hasQuorum();
        changed |= input instanceof Input.Membership;
        for (var output : node.view.on(now, input)) {
            switch (output) {
                case Output.Persist persist -> {
                    node.disk = persist.remembered();
                    if (!calm && !memories && random.nextInt(500) == 0) {
                        crash(node.name); // after the disk, before the network
                        return;
                    }
                }
                case Output.Send send -> send.to().forEach(to -> send(node, to, send.envelope()));
                case Output.ViewChanged changed -> {
                    agreedViews++;
                    note(node.name + " " + changed.before() + " -> " + changed.after());
                }
                case Output.LeaveSettled() -> {
                    var stopping = node.view;
                    at(random.nextInt(200), () -> stop(node, stopping));
                }
                case Output.Warn warn -> note(node.name + " warns " + warn);
                case Output.Refused refused -> throw new AssertionError("nobody asked: " + refused);
            }
        }
        changed |= hadQuorum != node.view.hasQuorum() || !before.equals(node.view.view());
        if (before.outranks(node.view.view())) {
            throw new AssertionError(node.name + " went back from " + before + " to " + node.view.view());
        }
    }

    private void stop(Node node, AgreedView stopping) {
        if (node.up && node.view == stopping) {
            note("stopped " + node.name);
            node.up = false;
            node.group.list.removeIf(member -> member.name().equals(node.name));
            spread(node.group, 500);
        }
    }

    private void send(Node from, String to, Envelope envelope) {
        int copies = random.nextDouble() < loss ? 0 : random.nextInt(20) == 0 ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            int delay = random.nextInt(slowOneIn) == 0 ? random.nextInt(3_000) : random.nextInt(20);
            at(delay, () -> awake(nodes.get(to), () -> deliver(from, to, envelope)));
        }
    }

    private void deliver(Node from, String to, Envelope envelope) {
        var target = nodes.get(to);
        if (target != null && target.up && side.get(from.name).equals(side.get(to))) {
            // Now and then by the wire, which the codec's own tests cover.
            var through = order % 20 == 0 ? ViewCodec.decodeEnvelope(ViewCodec.encode(envelope)) : envelope;
            feed(target, new Input.Received(through));
        }
    }

    private void join(Node node, Group group) {
        if (node.group.list.removeIf(member -> member.incarnation().equals(node.incarnation))) {
            spread(node.group, DETECTION_MS_MAX);
        }
        node.group = group;
        node.incarnation = "i" + ++incarnations;
        node.appliedVersion = 0;
        // Whoever joins gets copies, and whoever is merged brings what it has.
        var others = group.list.stream()
                .filter(this::alive)
                .map(member -> nodes.get(member.name()))
                .filter(other -> side.get(other.name).equals(side.get(node.name)))
                .toList();
        node.memory = Math.max(
                node.memory,
                others.stream().mapToLong(other -> other.memory).max().orElse(0));
        others.forEach(other -> other.memory = Math.max(other.memory, node.memory));
        group.list.add(new Input.Member(node.name, node.incarnation));
        spread(group, 500);
    }

    private void spread(Group group, int lagMax) {
        changed = true;
        int version = ++group.version;
        var list = List.copyOf(group.list);
        for (var member : list) {
            var node = nodes.get(member.name());
            at(
                    random.nextInt(lagMax),
                    () -> awake(node, () -> {
                        var current = node.up && node.group == group && node.incarnation.equals(member.incarnation());
                        if (current && node.appliedVersion < version) {
                            node.appliedVersion = version;
                            feed(node, new Input.Membership(member.incarnation(), list));
                        }
                    }));
        }
    }

    private List<Group> groups() {
        return nodes.values().stream()
                .filter(node -> node.up)
                .map(node -> node.group)
                .distinct()
                .toList();
    }

    private boolean alive(Input.Member member) {
        var node = nodes.get(member.name());
        return node.up && node.incarnation.equals(member.incarnation());
    }

    /** Every group drops its dead and falls apart along the cuts of the network. */
    private void detect() {
        for (var group : groups()) {
            var bySide = group.list.stream()
                    .filter(this::alive)
                    .collect(Collectors.groupingBy(
                            member -> side.get(member.name()), TreeMap::new, Collectors.toList()));
            if (bySide.size() == 1 && bySide.firstEntry().getValue().size() == group.list.size()) {
                continue;
            }
            var first = true;
            for (var part : bySide.values()) {
                var rest = first ? group : new Group();
                first = false;
                rest.list.clear();
                rest.list.addAll(part);
                rest.version = Math.max(rest.version, group.version);
                part.forEach(member -> nodes.get(member.name()).group = rest);
                spread(rest, DETECTION_MS_MAX);
            }
        }
        at(random.nextInt(DETECTION_MS_MAX), this::detect);
    }

    /** Groups that can reach each other again become one: the smaller joins the larger as new incarnations. */
    private void merge() {
        var groups = groups();
        for (var a : groups) {
            for (var b : groups) {
                if (a != b && a.list.size() <= b.list.size() && canMerge(a, b)) {
                    note("merge " + a.list + " into " + b.list);
                    List.copyOf(a.list).forEach(member -> take(nodes.get(member.name()), b));
                    at(random.nextInt(3_000), this::merge);
                    return;
                }
            }
        }
        at(random.nextInt(3_000), this::merge);
    }

    /** A merged node ends itself, and is started anew. */
    private void take(Node node, Group by) {
        node.merged = true;
        feed(node, new Input.Merged());
        if (!node.up) {
            return;
        }
        join(node, by);
        var merged = node.view;
        at(random.nextInt(3_000), () -> {
            if (node.up && node.view == merged) {
                crash(node.name);
                at(500 + random.nextInt(3_000), () -> start(node.name));
            }
        });
    }

    private boolean canMerge(Group a, Group b) {
        var together = new ArrayList<>(a.list);
        together.addAll(b.list);
        return !a.list.isEmpty()
                && !b.list.isEmpty()
                && together.stream().allMatch(this::alive)
                && together.stream()
                                .map(member -> side.get(member.name()))
                                .distinct()
                                .count()
                        == 1;
    }

    private void write(Group group) {
        var members =
                group.list.stream().map(member -> nodes.get(member.name())).toList();
        var newest = members.stream().mapToLong(node -> node.memory).max().orElse(0);
        if (memories && newest < written) {
            throw new AssertionError(
                    now + ": " + describe(group) + " may write and knows " + newest + " of " + written);
        }
        written++;
        members.forEach(node -> {
            node.memory = written;
            node.empty &= !node.view.hasQuorum();
        });
    }

    /** Over a fresh cut nobody confirms a write. */
    private boolean isWhole(Group group) {
        return group.list.stream()
                        .map(member -> side.get(member.name()))
                        .distinct()
                        .count()
                == 1;
    }

    private boolean converged(Group group) {
        return group.list.stream().allMatch(this::alive)
                && group.list.stream().allMatch(member -> nodes.get(member.name()).appliedVersion == group.version);
    }

    private void check() {
        var groups = groups();
        var writing = groups.stream()
                .filter(this::converged)
                .filter(group -> group.list.stream()
                        .anyMatch(member -> nodes.get(member.name()).view.hasQuorum()))
                .toList();
        if (writing.size() > 1) {
            throw new AssertionError(now + ": two groups may write: "
                    + writing.stream().map(this::describe).toList());
        }
        writing.stream().filter(this::isWhole).forEach(this::write);
        quorateChecks += writing.size();
        cutChecks += groups.size() > 1 ? writing.size() : 0;
        for (var node : nodes.values()) {
            var view = node.view.view();
            var same = everAgreed.putIfAbsent(view.lineage() + '/' + view.version(), view);
            if (same != null && !same.equals(view)) {
                throw new AssertionError(now + ": two views of one version: " + same + " and " + view);
            }
        }
        if (lineages > 1) {
            throw new AssertionError("two first views");
        }
    }

    private String describe(Group group) {
        return group.list.stream()
                .map(member -> member + " at " + nodes.get(member.name()).view.view())
                .toList()
                .toString();
    }
}
