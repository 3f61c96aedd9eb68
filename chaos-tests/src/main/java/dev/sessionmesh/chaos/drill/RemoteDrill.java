package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Stamp;
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

/**
 * A drill on a cluster that stands somewhere else. The load and the judgement are those of every drill, on sessions of its own that are
 * deleted afterwards; the fault is the operator's, or a command's.
 *
 * @param target the doors of the cluster
 * @param token a bearer token, if it wants one
 * @param killCommand a shell command that kills a node, run once a round; without one the drill only observes
 * @param every how long it is calm before each kill; the length of the observation when there is none
 */
record RemoteDrill(List<URI> target, Optional<String> token, Optional<String> killCommand, Duration every) {

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
        Path dir = Drill.emptied(settings.dir().resolve(NAME));
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
                Run run = play(workload, prefix, history, settings);
                run.write(dir);
                return run.judge().write(dir, history);
            } finally {
                delete(client, prefix, settings.sessions());
            }
        } finally {
            Workload.await("closing the clients", CLOSES_WITHIN, vertx.close());
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
            Arena.pass(every);
            note(history, Timings.GOES_ON);
        }
        for (int round = 0; killCommand.isPresent() && round < settings.rounds(); round++) {
            Arena.pass(every);
            note(history, Timings.COMMAND);
            execute(killCommand.get());
            try {
                workload.awaitTurns(1, ANSWERS_WITHIN);
            } catch (LabException e) {
                stuck.add(String.valueOf(e.getMessage()));
            }
            note(history, Timings.GOES_ON);
        }
        Map<String, List<String>> findings = new LinkedHashMap<>();
        findings.put(GOES_ON, stuck);
        return Drill.gathered(NAME, settings, history, workload, findings, List.of(), notes());
    }

    private List<String> notes() {
        return List.of(killCommand
                .map(command -> "times count from the start of the command: " + command)
                .orElse("nothing was done to the cluster by this drill; silences are those of its observation"));
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
