package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Stamp;
import dev.sessionmesh.chaos.lab.Directories;
import dev.sessionmesh.chaos.lab.LabException;
import dev.sessionmesh.client.ClientLimits;
import dev.sessionmesh.client.ClientOptions;
import dev.sessionmesh.client.SessionmeshClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A drill on a cluster that stands somewhere else. The load and the judgement are those of every drill, on sessions of its own that are
 * deleted afterwards; the fault is the operator's, or a command's.
 *
 * @param target the doors of the cluster
 * @param token a bearer token, if it wants one
 * @param adminToken what {@code /admin} asks for, if the refusals are to be counted
 * @param killCommand a shell command that kills a node, run once a round; without one the drill only observes
 * @param early what may cut the waiting short; the report is written all the same
 * @param every how long it is calm before each kill; the length of the observation when there is none
 */
record RemoteDrill(
        List<URI> target,
        Optional<String> token,
        Optional<String> adminToken,
        Optional<String> killCommand,
        Duration every,
        EarlyEnd early) {

    static final String NAME = "remote";

    private static final String GOES_ON = "every session is answered again after the fault";
    private static final Duration ANSWERS_WITHIN = Duration.ofMinutes(2);
    private static final Duration COMMAND_WITHIN = Duration.ofMinutes(2);
    private static final Duration PASSED_OVER_AFTER = Duration.ofSeconds(5);
    private static final Duration CLOSES_WITHIN = Duration.ofSeconds(20);

    RemoteDrill {
        target = List.copyOf(target);
    }

    /** Runs it; a {@link LabException} means that it could not be run. */
    Report run(DrillSettings settings) {
        Path dir = Directories.emptied(settings.dir().resolve(NAME));
        Vertx vertx = Vertx.vertx();
        try {
            ClientOptions plain =
                    ClientOptions.of(target).withLimits(ClientLimits.defaults().withRequestTimeout(PASSED_OVER_AFTER));
            SessionmeshClient client =
                    SessionmeshClient.create(vertx, token.map(plain::withToken).orElse(plain));
            History history = new History();
            Workload workload = new Workload(vertx, Site.of(target), client, token, history, settings);
            String prefix = "drill-" + Long.toString(System.currentTimeMillis(), 36);
            try {
                Run run = watched(vertx, history, () -> play(workload, prefix, history, settings));
                run.write(dir);
                return run.judge().write(dir, history);
            } catch (LabException e) {
                history.write(dir.resolve("history.jsonl"));
                throw e;
            } finally {
                delete(client, prefix, settings.sessions());
            }
        } finally {
            Workload.await("closing the clients", CLOSES_WITHIN, vertx.close());
        }
    }

    /** Nothing is added to the history once the run is there. */
    private Run watched(Vertx vertx, History history, Supplier<Run> play) {
        Refusals refusals = new Refusals(target, adminToken);
        try (Members members = new Members(vertx, Site.of(target), token, history)) {
            members.watch();
            return play.get().with(List.of(), refusals.since(), notes());
        }
    }

    /** Whatever became of the drill; what cannot be deleted now stays, and its name says what it was. */
    private static void delete(SessionmeshClient client, String prefix, int sessions) {
        List<Future<Void>> deleted = new ArrayList<>();
        for (int i = 1; i <= sessions; i++) {
            deleted.add(client.http().deleteSession(prefix + "-" + i));
        }
        Workload.await(
                "the deletion of its sessions",
                ANSWERS_WITHIN,
                Future.join(deleted).otherwiseEmpty());
    }

    private Run play(Workload workload, String prefix, History history, DrillSettings settings) {
        workload.open(prefix, settings.sessions());
        workload.start();
        workload.awaitTurns(1, ANSWERS_WITHIN);
        List<String> stuck = new ArrayList<>();
        if (killCommand.isEmpty()) {
            note(history, Timings.OBSERVE);
            early.pass(every);
            goesOn(workload, stuck);
            note(history, Timings.GOES_ON);
        }
        for (int round = 0; killCommand.isPresent() && round < settings.rounds() && early.pass(every); round++) {
            note(history, Timings.COMMAND);
            execute(killCommand.get());
            goesOn(workload, stuck);
            note(history, Timings.GOES_ON);
        }
        if (history.all(Entry.Nemesis.class).noneMatch(act -> act.act().equals(Timings.GOES_ON))) {
            throw new LabException("it was ended before the first kill");
        }
        Map<String, List<String>> findings = new LinkedHashMap<>();
        findings.put(GOES_ON, stuck);
        return Drill.gathered(NAME, settings, history, workload, findings);
    }

    private static void goesOn(Workload workload, List<String> stuck) {
        try {
            workload.awaitTurns(1, ANSWERS_WITHIN);
        } catch (LabException e) {
            stuck.add(String.valueOf(e.getMessage()));
        }
    }

    private List<String> notes() {
        // Not the command itself: it may hold a secret.
        return List.of(
                killCommand.isPresent()
                        ? "times count from the start of the kill command"
                        : "nothing was done to the cluster by this drill; silences are those of its observation");
    }

    private static void note(History history, String act) {
        history.add(new Entry.Nemesis(Stamp.now(), act, ""));
    }

    private static void execute(String command) {
        try {
            Process shell = new ProcessBuilder("sh", "-c", command).inheritIO().start();
            if (!shell.waitFor(COMMAND_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                shell.destroyForcibly();
                throw new LabException("the kill command did not end within " + COMMAND_WITHIN.toSeconds() + " s");
            }
            if (shell.exitValue() != 0) {
                throw new LabException("the kill command failed with " + shell.exitValue());
            }
        } catch (IOException e) {
            throw new LabException("the kill command cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted during the kill command", e);
        }
    }
}
