package dev.sessionmesh.server.cli.train;

import dev.sessionmesh.client.ClientOptions;
import dev.sessionmesh.client.Command;
import dev.sessionmesh.client.Frame;
import dev.sessionmesh.client.Position;
import dev.sessionmesh.client.SessionmeshClient;
import dev.sessionmesh.client.Tab;
import dev.sessionmesh.client.TabListener;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that tabs do often: follow, speak, decide, steer, cancel, answer tools, leave and come back. */
final class Rehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final int SESSIONS = 40;
    /** How often everybody comes back in a round. */
    private static final int CROWDS = 5;

    private static final long PATIENCE_SECONDS = 30;
    private static final List<String> LINES = List.of(
            "approve",
            "slow 40",
            "tool choose {\"of\":[\"a\",\"b\"]}",
            "fail",
            "bench 300 3000 60",
            "bench 600 0 100",
            "hello");

    private final Vertx vertx = Vertx.vertx();
    private final List<URI> nodes;
    private final SessionmeshClient client;
    private int failures;

    private Rehearsal(List<URI> nodes) {
        this.nodes = nodes;
        this.client = SessionmeshClient.create(vertx, ClientOptions.of(nodes));
    }

    /** Plays on these nodes; returns how many steps failed. */
    static int play(List<URI> nodes, int seconds) {
        Rehearsal rehearsal = new Rehearsal(nodes);
        rehearsal.play(System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
        return rehearsal.failures;
    }

    private void play(long untilNanos) {
        List<Tab> tabs = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            String session = "train-" + i;
            done(client.http().createSession(new JsonObject().put("id", session).put("model", "scripted:test")));
            for (int j = 0; j < nodes.size(); j++) {
                tabs.add(open(session, j, Position.start()));
            }
        }
        for (int round = 0; System.nanoTime() < untilNanos; round++) {
            for (int i = 0; i < tabs.size(); i += nodes.size()) {
                Tab tab = tabs.get(i + round % nodes.size());
                done(tab.input(LINES.get((i / nodes.size() + round) % LINES.size())));
            }
            for (int i = 0; i < CROWDS && System.nanoTime() < untilNanos; i++) {
                comeBack(i);
            }
            for (int i = 0; i < SESSIONS; i += 4) {
                readOverHttp("train-" + i);
            }
            for (int i = round % 3; i < tabs.size(); i += 3) {
                Tab tab = tabs.get(i);
                // Between turns there is nothing to steer or cancel, which is an answer too.
                await(tab.send(new Command.Steer("shorter", Optional.empty())));
                await(tab.cancel());
            }
        }
        tabs.forEach(Tab::close);
    }

    /** A tab of every session at every node at once, as when a node has died; some with all of the log to read, some with none. */
    private void comeBack(int crowd) {
        List<Tab> back = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            for (int j = 0; j < nodes.size(); j++) {
                back.add(open("train-" + i, j, (i + crowd) % 2 == 0 ? Position.start() : Position.newest()));
            }
        }
        back.forEach(tab -> done(tab.attached()));
        back.forEach(Tab::close);
    }

    private void readOverHttp(String session) {
        done(client.http().session(session));
        done(client.http().messages(session));
        done(client.http().events(session, 0, 500));
    }

    /** A tab that prefers one of the nodes. */
    private Tab open(String session, int node, Position from) {
        List<URI> order = new ArrayList<>(nodes);
        Collections.rotate(order, -node);
        List<Tab> self = new ArrayList<>(1);
        TabListener listener = frame -> {
            switch (frame) {
                case Frame.Approval asked -> self.getFirst().approve(asked.callId());
                case Frame.ToolCall call -> self.getFirst().toolResult(call.callId(), "a");
                default -> {}
            }
        };
        Tab tab = client.follow(ClientOptions.of(order), session, from, listener);
        self.add(tab);
        return tab;
    }

    private void done(Future<?> step) {
        if (!await(step)) {
            failures++;
        }
    }

    private static boolean await(Future<?> step) {
        try {
            step.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException failed) {
            LOG.debug("a step failed: {}", failed.toString());
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
