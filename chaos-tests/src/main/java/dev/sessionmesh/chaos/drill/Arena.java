package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Stamp;
import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabException;
import dev.sessionmesh.chaos.lab.Network;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.Waiting;
import dev.sessionmesh.client.ClientLimits;
import dev.sessionmesh.client.ClientOptions;
import dev.sessionmesh.client.SessionmeshClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where a drill happens: the cluster, the load on it, and the acts against it, each of which goes into the history. */
final class Arena {

    private static final Duration PASSED_OVER_AFTER = Duration.ofSeconds(5);
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration ALL_READY_WITHIN = Duration.ofSeconds(90);
    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(60);
    private static final Duration GOES_ON_WITHIN = Duration.ofSeconds(45);
    private static final Duration MERGES_WITHIN = Duration.ofSeconds(20);
    private static final Duration BACK_WITHIN = Duration.ofMinutes(2);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(60);

    final Lab lab;
    final Vertx vertx;
    final SessionmeshClient client;
    final History history;
    final DrillSettings settings;
    final Workload workload;
    /** What a scenario found on its way, by promise. */
    final Map<String, List<String>> findings;
    /** Further figures of the scenario, each with its target. */
    final List<Measure> measures;
    /** What a person should read beside the verdict. */
    final List<String> notes;

    Arena(Lab lab, Vertx vertx, DrillSettings settings) {
        this.lab = lab;
        this.vertx = vertx;
        this.settings = settings;
        this.history = new History();
        this.findings = new LinkedHashMap<>();
        this.measures = new ArrayList<>();
        this.notes = new ArrayList<>();
        lab.nodes().forEach(this::watch);
        // A frozen node takes requests and never answers: pass it over soon.
        ClientLimits limits = ClientLimits.defaults().withRequestTimeout(PASSED_OVER_AFTER);
        this.client =
                SessionmeshClient.create(vertx, ClientOptions.of(lab.urls()).withLimits(limits));
        this.workload = new Workload(vertx, Site.of(lab), client, Optional.empty(), history, settings);
    }

    private Arena(Arena same, DrillSettings settings) {
        this.lab = same.lab;
        this.vertx = same.vertx;
        this.settings = settings;
        this.history = same.history;
        this.findings = same.findings;
        this.measures = same.measures;
        this.notes = same.notes;
        this.client = same.client;
        this.workload = same.workload;
    }

    /** The same place, for a scenario that repeats its fault another number of times. */
    Arena withRounds(int rounds) {
        return new Arena(this, settings.withRounds(rounds));
    }

    /** Notes that a promise is looked at, and the ways in which it was broken. */
    void expect(String promise, boolean kept, String otherwise) {
        List<String> problems = findings.computeIfAbsent(promise, p -> new ArrayList<>());
        if (!kept) {
            problems.add(otherwise);
        }
    }

    /** The load of this drill, opened by the first scenario that wants it, asks; returns once every session was answered. */
    void underLoad() {
        if (workload.sessions().isEmpty()) {
            workload.open("s", settings.sessions());
        }
        workload.start();
        workload.awaitTurns(1, GOES_ON_WITHIN);
    }

    /** Waits until every session was answered {@code turns} more times. */
    void goesOn(int turns) {
        workload.awaitTurns(turns, GOES_ON_WITHIN);
    }

    /** The same, but for sessions whose asking tab sits on one of these nodes: they may have to wait. */
    void goesOnWithout(Collection<Node> cutOff) {
        workload.awaitTurns(1, GOES_ON_WITHIN, cutOff.stream().map(Node::name).collect(Collectors.toSet()));
    }

    /** Takes back whatever is still done to the nodes, so that what is looked at afterwards is not the fault itself. */
    void calm() {
        if (lab.cut()) {
            heal();
        }
        for (Node node : lab.running()) {
            node.thaw();
        }
        for (Node node : lab.nodes()) {
            if (!node.running()) {
                restart(node);
            }
        }
        lab.nodes().forEach(this::awaitBack);
        awaitWhole();
    }

    /** Kills most of the nodes at once: what follows is no fail-over that could be timed. */
    void killMajority(List<Node> victims) {
        victims.forEach(victim -> note(Timings.KILL_MAJORITY, victim));
        victims.forEach(Node::kill);
        victims.forEach(Node::awaitGone);
    }

    /**
     * All nodes die at once and start again with nothing in memory. Returns once they are one cluster.
     *
     * @return when all were ready, on this JVM's monotonic clock
     */
    long dieAndStartAgain() {
        killMajority(lab.nodes());
        for (Node node : lab.nodes()) {
            note(Timings.START, node);
            node.start();
        }
        lab.awaitAllReady(ALL_READY_WITHIN);
        long readyNs = System.nanoTime();
        awaitWhole();
        return readyNs;
    }

    /** Kills nodes at once, as far as one thread can; the act is noted before it is done, so no wait is measured too short. */
    void kill(List<Node> victims) {
        Node oldest = lab.oldest();
        victims.forEach(victim -> note(victim == oldest ? Timings.KILL_OLDEST : Timings.KILL, victim));
        victims.forEach(Node::kill);
        victims.forEach(Node::awaitGone);
    }

    void restart(Node node) {
        note(Timings.START, node);
        node.start();
        node.awaitReady(READY_WITHIN);
    }

    void stopOrderly(Node node) {
        note(Timings.STOP, node);
        node.stop(STOPS_WITHIN);
    }

    /** These sessions ask no more, for good. */
    void retire(Collection<String> sessions) {
        note(Timings.RETIRE, String.join(",", sessions));
        workload.retire(sessions);
    }

    /** A node that asks to be started anew is, by the lab; the history says when. */
    private void watch(Node node) {
        node.onStartAgain(() -> note("start again after a merge", node.name()));
    }

    /** One more node joins the cluster. */
    Node join() {
        Node node = beginJoin();
        node.awaitReady(READY_WITHIN);
        return node;
    }

    /** The same, without waiting for it. */
    Node beginJoin() {
        Node node = lab.add();
        watch(node);
        note(Timings.START, node);
        node.start();
        return node;
    }

    /**
     * Drops what is said on these links.
     *
     * @param side the nodes that are cut off from the others, as far as one can say so
     */
    void cut(List<Network.Cut> cuts, Collection<Node> side) {
        cut(Timings.CUT, cuts, side);
    }

    /** @param act one of the cuts of {@link Timings} */
    void cut(String act, List<Network.Cut> cuts, Collection<Node> side) {
        note(act, names(side));
        lab.network().cut(cuts);
    }

    private static String names(Collection<Node> nodes) {
        return nodes.stream().map(Node::name).collect(Collectors.joining(","));
    }

    /** Has so many percent of the packets on these links get lost. */
    void lose(List<Network.Cut> links, int percent) {
        note(Timings.LOSE, percent + "%");
        lab.network().lose(links, percent);
    }

    void heal() {
        heal(List.of());
    }

    /** @param leftOut the nodes that the cut turned out to leave alone, where that was for the cluster to settle */
    void heal(Collection<Node> leftOut) {
        note(Timings.HEAL, names(leftOut));
        lab.network().heal();
    }

    /** Lets time pass. */
    static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        Waiting.until("time to pass", time.plusSeconds(5), () -> System.nanoTime() >= end, () -> "");
    }

    /** A node that was frozen or cut off may end itself to come back clean, and is started anew: waits until it is ready. */
    void awaitBack(Node node) {
        Waiting.until(
                node.name() + " to be ready again", BACK_WITHIN, () -> node.status("/health/ready") == 200, () -> {
                    return (node.running() ? "it runs" : "it has ended") + "\n" + node.logTail();
                });
    }

    /**
     * After a fault that may have parted the cluster: gives those who were apart the time to be merged, which makes them start anew, and
     * waits until they are back. Whoever is not started anew in that time is named in the report.
     *
     * @param sinceNs when the fault was lifted
     */
    void awaitMerged(Collection<Node> apart, long sinceNs) {
        long deadline = System.nanoTime() + MERGES_WITHIN.toNanos();
        Waiting.until(
                "the merge",
                MERGES_WITHIN.plusSeconds(5),
                () -> System.nanoTime() > deadline || apart.stream().allMatch(node -> isAnew(node, sinceNs)),
                () -> "");
        apart.stream()
                .filter(node -> !isAnew(node, sinceNs))
                .forEach(node -> notes.add(node.name() + " was not merged and started anew"));
        lab.nodes().forEach(this::awaitBack);
    }

    private boolean isAnew(Node node, long sinceNs) {
        return node.startedNs() > sinceNs;
    }

    /** How many members a node counts; 0 when it says nothing. */
    int members(Node node) {
        return cluster(node).getJsonArray("nodes", new JsonArray()).size();
    }

    void freeze(Node node) {
        note(Timings.FREEZE, node);
        node.freeze();
    }

    void thaw(Node node) {
        note(Timings.THAW, node);
        node.thaw();
    }

    private void note(String act, Node node) {
        note(act, node.name());
    }

    void note(String act, String node) {
        history.add(new Entry.Nemesis(Stamp.now(), act, node));
    }

    /** Waits until every running node counts all of them and calls the cluster safe. */
    void awaitWhole() {
        int members = lab.running().size();
        for (Node node : lab.running()) {
            Waiting.until(
                    node.name() + " to see " + members + " members and a safe cluster",
                    WHOLE_WITHIN,
                    () -> {
                        JsonObject cluster = cluster(node);
                        return cluster.getBoolean("safe", false)
                                && cluster.getJsonArray("nodes", new JsonArray())
                                                .size()
                                        == members;
                    },
                    () -> cluster(node).encode() + "\n" + node.logTail());
        }
    }

    /** What a node says of its cluster; an {@code error} when it says nothing. */
    JsonObject cluster(Node node) {
        SessionmeshClient direct = SessionmeshClient.create(vertx, ClientOptions.of(List.of(node.url())));
        try {
            return Workload.await(
                    "/v1/cluster of " + node.name(),
                    Duration.ofSeconds(5),
                    direct.http().cluster());
        } catch (LabException e) {
            return new JsonObject().put("error", e.getMessage());
        } finally {
            Workload.await("closing", READY_WITHIN, direct.close());
        }
    }
}
