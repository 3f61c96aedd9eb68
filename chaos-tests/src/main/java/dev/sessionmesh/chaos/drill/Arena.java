package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Stamp;
import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabException;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where a drill happens: the cluster, the load on it, and the acts against it, each of which goes into the history. */
final class Arena {

    private static final Duration PASSED_OVER_AFTER = Duration.ofSeconds(5);
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(60);
    private static final Duration GOES_ON_WITHIN = Duration.ofSeconds(45);
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(60);

    final Lab lab;
    final Vertx vertx;
    final SessionmeshClient client;
    final History history;
    final DrillSettings settings;
    final Workload workload;
    /** What a scenario found on its way, by promise. */
    final Map<String, List<String>> findings;

    Arena(Lab lab, Vertx vertx, DrillSettings settings) {
        this.lab = lab;
        this.vertx = vertx;
        this.settings = settings;
        this.history = new History();
        this.findings = new LinkedHashMap<>();
        // A frozen node takes requests and never answers: pass it over soon.
        ClientLimits limits = ClientLimits.defaults().withRequestTimeout(PASSED_OVER_AFTER);
        this.client =
                SessionmeshClient.create(vertx, ClientOptions.of(lab.urls()).withLimits(limits));
        this.workload = new Workload(vertx, lab, client, history, settings);
    }

    private Arena(Arena same, DrillSettings settings) {
        this.lab = same.lab;
        this.vertx = same.vertx;
        this.settings = settings;
        this.history = same.history;
        this.findings = same.findings;
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

    /** Kills most of the nodes at once: what follows is no fail-over that could be timed. */
    void killMajority(List<Node> victims) {
        victims.forEach(victim -> note(Timings.KILL_MAJORITY, victim));
        victims.forEach(Node::kill);
        victims.forEach(Node::awaitGone);
    }

    /** Kills nodes at once, as far as one thread can; the act is noted before it is done, so no wait is measured too short. */
    void kill(List<Node> victims) {
        Node oldest = lab.oldest();
        victims.forEach(victim -> note(victim == oldest ? Timings.KILL_OLDEST : Timings.KILL, victim));
        victims.forEach(Node::kill);
        victims.forEach(Node::awaitGone);
    }

    void restart(Node node) {
        note("start", node);
        node.start();
        node.awaitReady(READY_WITHIN);
    }

    void stopOrderly(Node node) {
        note("stop", node);
        node.stop(STOPS_WITHIN);
    }

    void freeze(Node node) {
        note("freeze", node);
        node.freeze();
    }

    void thaw(Node node) {
        note("thaw", node);
        node.thaw();
    }

    private void note(String act, Node node) {
        history.add(new Entry.Nemesis(Stamp.now(), act, node.name()));
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
