package dev.sessionmesh.chaos.drill;

import java.nio.file.Path;
import java.time.Duration;

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
        Path dir) {

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
                Path.of("target", "drill"));
    }

    DrillSettings withDir(Path other) {
        return new DrillSettings(nodes, backups, sessions, tabs, tokens, pause, rounds, loadFor, other);
    }

    DrillSettings withRounds(int other) {
        return new DrillSettings(nodes, backups, sessions, tabs, tokens, pause, other, loadFor, dir);
    }

    DrillSettings withLoad(int otherSessions, int otherTabs, int otherTokens, Duration otherPause) {
        return new DrillSettings(
                nodes, backups, otherSessions, otherTabs, otherTokens, otherPause, rounds, loadFor, dir);
    }

    DrillSettings withLoadFor(Duration other) {
        return new DrillSettings(nodes, backups, sessions, tabs, tokens, pause, rounds, other, dir);
    }
}
