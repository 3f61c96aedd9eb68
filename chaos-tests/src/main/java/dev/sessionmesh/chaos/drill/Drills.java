package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.LabException;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.RedisCluster;
import dev.sessionmesh.chaos.lab.RedisSentinels;
import dev.sessionmesh.chaos.lab.Waiting;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Every drill there is. */
public final class Drills {

    private static final Duration GOES_ON_WITHIN = Duration.ofSeconds(30);
    private static final int OLDEST_EVERY = 4;

    private Drills() {}

    /** In the order of the manual. */
    public static List<Drill> all() {
        return List.of(
                new Drill(
                        "kill-runner",
                        "kill -9 of the node that runs the turns, under load, repeated; every fourth time, and the"
                                + " last, it is the oldest member",
                        DrillSettings.small(3, 6),
                        Drills::killRunner),
                new Drill(
                        "kill-bystander",
                        "kill -9 of a node that runs no turn and only holds tabs",
                        DrillSettings.small(3, 2),
                        KillBystander::play),
                new Drill(
                        "kill-amid-copies",
                        "kill -9 of a node that has just joined, while partitions move to it, under load",
                        DrillSettings.small(3, 6),
                        KillAmidCopies::play),
                new Drill(
                        "lose-majority",
                        "kill -9 of two of three nodes at once: durable reads go on, writes get no_quorum, one return"
                                + " heals; and again, with an operator who has the survivor forget them",
                        DrillSettings.small(3, 1),
                        LoseMajority::playTwice),
                new Drill(
                        "lose-two-of-five",
                        "kill -9 of two of five nodes at once, with two backups: it goes on",
                        DrillSettings.small(5, 1),
                        Drills::loseTwoOfFive),
                new Drill(
                        "rolling-restart",
                        "an orderly restart of each node in turn, under load",
                        DrillSettings.small(3, 1),
                        Drills::rollingRestart),
                new Drill(
                        "drain",
                        "each node in turn is told to leave by its operator, called back, told again, under load",
                        DrillSettings.small(3, 1),
                        new Drain()),
                new Drill(
                        "freeze",
                        "a node stands still beyond the failure detection and goes on, under load: by SIGSTOP, then"
                                + " as a whole machine does (root)",
                        DrillSettings.small(3, 2),
                        Freeze::play),
                new Drill(
                        "freeze-short",
                        "SIGSTOP of 3 s of each node in turn, under load: nobody is thrown out, and nothing is"
                                + " acknowledged without its copies",
                        DrillSettings.small(3, 3),
                        FreezeShort::play),
                new Drill(
                        "freeze-storm",
                        "one node after the other is frozen past the failure detection, ten times, under load: the"
                                + " survivors never evict each other",
                        DrillSettings.small(3, 10),
                        FreezeStorm::play),
                new Drill(
                        "slow-node",
                        "each node in turn gets a tenth of a processor: nobody is thrown out (root)",
                        DrillSettings.small(3, 3),
                        SlowNode::play),
                cut(
                        "partition",
                        "one of three cut off cleanly, the oldest first: it refuses, the others go on",
                        3,
                        Partition.clean()),
                cut("partition-two-of-five", "two of five cut off cleanly", 5, Partition.clean()),
                cut("partition-one-way", "one of three hears the others and is not heard", 3, Partition.oneWay()),
                cut(
                        "partition-bridge",
                        "two of three don't see each other, the third sees both",
                        3,
                        Partition.bridge()),
                cut(
                        "partition-bridge-oldest",
                        "two of three don't see each other, the oldest member sees both and has to let one go",
                        3,
                        Partition.bridgeOfTheOldest()),
                cut(
                        "partition-three-ways",
                        "two, two and one of five, each for itself: none goes on, and nothing is lost while they are"
                                + " merged one after the other",
                        5,
                        Partition.threeWays()),
                cut("partition-ring", "five nodes that each see a majority, no two the same one", 5, Partition.ring()),
                new Drill(
                        "packet-loss",
                        "every link between nodes loses a twentieth of its packets, then a fifth: nobody is thrown out"
                                + " (root)",
                        DrillSettings.small(3, 1),
                        Drill.inNamespaces(PacketLoss::play)),
                new Drill(
                        "partition-flap",
                        "a link that comes and goes faster than the failure detection, and then slower",
                        DrillSettings.small(3, 1),
                        Drill.inNamespaces(Flap::play)),
                new Drill(
                        "partition-window",
                        "two of five cut off, one backup: what their side took before it noticed, shown and"
                                + " acknowledged, and what became of it",
                        DrillSettings.small(5, 1).withNodes(5, 1),
                        Drill.inNamespaces(new Window(false))),
                new Drill(
                        "partition-window-strict",
                        "the same with strict nodes, which believe nobody for longer than a heartbeat (root)",
                        DrillSettings.small(5, 1).withNodes(5, 1),
                        Drill.inNamespaces(new Window(true))),
                new Drill(
                        "both-sides",
                        "one of three is cut off and told that the others are gone for good, so that both sides go on"
                                + " (root)",
                        DrillSettings.small(3, 1),
                        Drill.inNamespaces(new BothSides())),
                new Drill(
                        "lose-partition",
                        "no backups, one of three cut off: what it held is unavailable, and there again after the"
                                + " healing",
                        DrillSettings.small(3, 1).withNodes(3, 0),
                        Drill.inNamespaces(LosePartition::play)),
                new Drill(
                        "start-in-any-order",
                        "all nodes die and start again in an order and at intervals that the seed chooses, with and"
                                + " without their memory",
                        DrillSettings.small(3, 4),
                        StartInAnyOrder::play),
                new Drill(
                        "archive-restart",
                        "all nodes die at once, again and again, under load; a synchronous archive has all that was"
                                + " acknowledged",
                        DrillSettings.small(3, 3),
                        new ArchiveRestart()),
                new Drill(
                        "archive-faults",
                        "the archive is silent, torn, slow and at last emptied, and nobody notices until all nodes die",
                        DrillSettings.small(3, 1),
                        new ArchiveFaults()),
                new Drill(
                        "archive-full",
                        "the archive's memory is full, and has room again, under load: nobody notices, the reason is"
                                + " named, nothing is missing afterwards",
                        DrillSettings.small(3, 2),
                        new ArchiveFull()),
                new Drill(
                        "archive-failover",
                        "the archive's master dies, hangs, dies together with all nodes; Sentinels put its replica in"
                                + " its place",
                        DrillSettings.small(3, 3),
                        new ArchiveFailover(RedisSentinels::start)),
                new Drill(
                        "archive-failover-cluster",
                        "the same with one of the three masters of a Redis Cluster",
                        DrillSettings.small(3, 3),
                        new ArchiveFailover(RedisCluster::start)),
                new Drill(
                        "migrate",
                        "live sessions move to another cluster through the archive; called off in the middle; with an"
                                + " old node that dies in the middle",
                        DrillSettings.small(3, 3),
                        new Migrate()),
                new Drill(
                        "scale",
                        "three nodes become five and three again, under load",
                        DrillSettings.small(3, 1),
                        Scale::play),
                new Drill(
                        "full-disk",
                        "the disk of one of three is full, and another joins: who can't keep a vote ends itself (root)",
                        DrillSettings.small(3, 1),
                        new FullDisk()),
                new Drill(
                        "wrong-clocks",
                        "the dates of two of three are wrong by five minutes, ahead and behind; each node dies once"
                                + " (cc)",
                        DrillSettings.small(3, 1),
                        new WrongClocks()),
                new Drill(
                        "clock-steps",
                        "the date of each node is set five minutes ahead, right, five minutes behind and right again, under"
                                + " load (cc)",
                        DrillSettings.small(3, 1),
                        new ClockSteps()),
                new Drill(
                        "reconnect-storm",
                        "every connection of every tab is reset at once, again and again; then slow and sliced, then"
                                + " half-open links",
                        DrillSettings.small(3, 3).withLoad(12, 12, 60, Duration.ofMillis(100)),
                        ReconnectStorm::play),
                new Drill(
                        "provider-faults",
                        "a model server that hangs, stalls, breaks off, babbles, refuses, behind a link that is torn,"
                                + " silent or slow",
                        DrillSettings.small(3, 1),
                        new ProviderFaults()),
                new Drill(
                        "nemesis",
                        "faults that the seed chooses, one after the other, under load",
                        DrillSettings.small(3, 6),
                        Drill.inNamespaces(Nemesis::play)),
                new Drill(
                        "load",
                        "no fault: many sessions, tabs and tokens",
                        DrillSettings.small(3, 1)
                                .withLoad(200, 3, 100, Duration.ofMillis(1500))
                                .withLoadFor(Duration.ofSeconds(30)),
                        Drills::load),
                new Drill(
                        "tour",
                        "load, kills, the loss of the majority, a bystander's death and an orderly restart of all, one"
                                + " after the other on one cluster",
                        DrillSettings.small(3, 2).withLoadFor(Duration.ofSeconds(3)),
                        Drills::tour));
    }

    private static Drill cut(String name, String about, int nodes, Partition.Shape shape) {
        DrillSettings size = DrillSettings.small(nodes, 1);
        return new Drill(name, about + " (root)", size, Drill.inNamespaces(new Partition(shape)));
    }

    private static void tour(Arena arena) {
        load(arena);
        killRunner(arena);
        Arena once = arena.withRounds(1);
        LoseMajority.play(once);
        KillBystander.play(once);
        rollingRestart(once);
    }

    /** The drill of this name. */
    public static Drill named(String name) {
        return all().stream()
                .filter(drill -> drill.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no drill " + name + "; there are "
                        + all().stream().map(Drill::name).toList()));
    }

    private static void killRunner(Arena arena) {
        arena.underLoad();
        int rounds = arena.settings.rounds();
        for (int round = 1; round <= rounds; round++) {
            boolean oldest = round % OLDEST_EVERY == 0 || (round == rounds && rounds > 1);
            Node victim = oldest ? arena.lab.oldest() : busiest(arena, List.of(arena.lab.oldest()));
            arena.kill(List.of(victim));
            arena.goesOn(2);
            arena.restart(victim);
            arena.awaitWhole();
            arena.workload.visit(victim);
        }
        arena.goesOn(1);
    }

    /** The node that runs most turns at this moment, these left out; between turns nobody does. */
    static Node busiest(Arena arena, List<Node> leftOut) {
        Waiting.until(
                "some turn to run",
                GOES_ON_WITHIN,
                () -> !arena.workload.runners().isEmpty(),
                () -> "none");
        Map<String, Long> runners = arena.workload.runners();
        return arena.lab.running().stream()
                .filter(node -> !leftOut.contains(node))
                .max(Comparator.comparingLong(node -> runners.getOrDefault(node.name(), 0L)))
                .orElseThrow(() -> new LabException("no node runs"));
    }

    private static void loseTwoOfFive(Arena arena) {
        arena.underLoad();
        Node first = busiest(arena, List.of());
        Node second = arena.lab.running().stream()
                .filter(node -> node != first)
                .findFirst()
                .orElseThrow(() -> new LabException("only one node runs"));
        arena.kill(List.of(first, second));
        arena.goesOn(3);
    }

    private static void rollingRestart(Arena arena) {
        arena.underLoad();
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            for (Node node : arena.lab.nodes()) {
                arena.stopOrderly(node);
                arena.goesOn(1);
                arena.restart(node);
                arena.awaitWhole();
                arena.goesOn(1);
            }
        }
    }

    private static void load(Arena arena) {
        arena.underLoad();
        long end = System.nanoTime() + arena.settings.loadFor().toNanos();
        Waiting.until(
                "the time of the load to pass",
                arena.settings.loadFor().plusSeconds(5),
                () -> System.nanoTime() > end,
                () -> "");
    }
}
