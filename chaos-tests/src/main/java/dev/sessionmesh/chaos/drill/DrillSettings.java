package dev.sessionmesh.chaos.drill;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How big a drill is.
 *
 * @param nodes nodes of the cluster
 * @param backups synchronous backups of every session
 * @param sessions sessions under load at a time
 * @param tabs tabs of each session, spread over the nodes
 * @param tokens tokens of each answer
 * @param pause between an answer's end and the next question
 * @param rounds how often the fault is repeated
 * @param loadFor how long the load drill runs
 * @param seed what a drill with a choice chooses by
 * @param jvm further flags of the nodes' JVMs
 * @param dir where logs, history and report go
 */
public record DrillSettings(
        int nodes,
        int backups,
        int sessions,
        int tabs,
        int tokens,
        Duration pause,
        int rounds,
        Duration loadFor,
        long seed,
        List<String> jvm,
        Path dir) {

    public DrillSettings {
        jvm = List.copyOf(jvm);
    }

    /** Small enough for two cores shared by servers and clients. */
    static DrillSettings small(int nodes, int rounds) {
        return new DrillSettings(
                nodes,
                2,
                12,
                3,
                60,
                Duration.ofMillis(100),
                rounds,
                Duration.ofSeconds(10),
                1,
                List.of(),
                Path.of("target", "drill"));
    }

    /** What a report tells of it. */
    JsonObject json() {
        return new JsonObject()
                .put("nodes", nodes)
                .put("backups", backups)
                .put("sessions", sessions)
                .put("tabs", tabs)
                .put("tokens", tokens)
                .put("rounds", rounds)
                .put("seed", seed)
                .put("jvm", new JsonArray(jvm));
    }

    static DrillSettings parse(JsonObject json) {
        return small(json.getInteger("nodes"), json.getInteger("rounds"))
                .withNodes(json.getInteger("nodes"), json.getInteger("backups"))
                .withLoad(
                        json.getInteger("sessions"),
                        json.getInteger("tabs"),
                        json.getInteger("tokens"),
                        Duration.ofMillis(100))
                .withSeed(json.getLong("seed"))
                .withJvm(json.getJsonArray("jvm").stream().map(String::valueOf).toList());
    }

    DrillSettings withDir(Path other) {
        return new DrillSettings(nodes, backups, sessions, tabs, tokens, pause, rounds, loadFor, seed, jvm, other);
    }

    DrillSettings withRounds(int other) {
        return new DrillSettings(nodes, backups, sessions, tabs, tokens, pause, other, loadFor, seed, jvm, dir);
    }

    DrillSettings withLoad(int otherSessions, int otherTabs, int otherTokens, Duration otherPause) {
        return new DrillSettings(
                nodes, backups, otherSessions, otherTabs, otherTokens, otherPause, rounds, loadFor, seed, jvm, dir);
    }

    DrillSettings withLoadFor(Duration other) {
        return new DrillSettings(nodes, backups, sessions, tabs, tokens, pause, rounds, other, seed, jvm, dir);
    }

    DrillSettings withNodes(int otherNodes, int otherBackups) {
        return new DrillSettings(
                otherNodes, otherBackups, sessions, tabs, tokens, pause, rounds, loadFor, seed, jvm, dir);
    }

    DrillSettings withSeed(long other) {
        return new DrillSettings(nodes, backups, sessions, tabs, tokens, pause, rounds, loadFor, other, jvm, dir);
    }

    DrillSettings withJvm(List<String> other) {
        return new DrillSettings(nodes, backups, sessions, tabs, tokens, pause, rounds, loadFor, seed, other, dir);
    }
}
