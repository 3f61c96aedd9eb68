package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.fault.FaultProxy;
import dev.sessionmesh.chaos.fault.Faults;
import dev.sessionmesh.chaos.fault.Faults.Beyond;
import dev.sessionmesh.chaos.fault.ModelServer;
import dev.sessionmesh.chaos.fault.ModelServer.Mood;
import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.chaos.lab.LabPlan;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions' model is a server of our own that hangs, stalls, breaks off, babbles, refuses; and the link to it is torn, silent,
 * slow. Whatever it does, a turn ends visibly or goes on, and an answer that is called complete is the whole one.
 */
final class ProviderFaults implements Drill.Scenario {

    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final Duration BAD_FOR = Duration.ofSeconds(3);
    private static final int SILENCE_SECONDS_MAX = 3;
    private static final String HOST = "127.0.0.1";
    private static final int SOME_BYTES = 1_500;
    private static final String WELL_AGAIN = "turns complete again when the model is well again";

    private @Nullable ModelServer model;
    private @Nullable FaultProxy link;

    @Override
    public LabPlan prepare(LabPlan plan, Vertx vertx) {
        ModelServer server = Workload.await("the model server", WITHIN, ModelServer.start(vertx, HOST));
        FaultProxy proxy = Workload.await(
                "a proxy",
                WITHIN,
                FaultProxy.start(vertx, HOST, SocketAddress.inetSocketAddress(server.port(), HOST), 1));
        model = server;
        link = proxy;
        return plan.withModel("openai:counting")
                .withArguments(List.of(
                        "--openai-url=http://" + HOST + ":" + proxy.port() + "/v1",
                        "--openai-first-event-timeout=" + SILENCE_SECONDS_MAX,
                        "--openai-event-timeout=" + SILENCE_SECONDS_MAX));
    }

    @Override
    public void play(Arena arena) {
        ModelServer server = model;
        FaultProxy proxy = link;
        if (server == null || proxy == null) {
            throw new IllegalStateException("not prepared");
        }
        arena.underLoad();
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            for (Mood mood : Mood.values()) {
                server.set(mood);
                endure(arena, "model " + mood);
                server.set(Mood.WELL);
                recover(arena);
            }
            link(arena, proxy, "link reset", Faults.none().after(SOME_BYTES, Beyond.RESET));
            link(arena, proxy, "link silent", Faults.none().after(SOME_BYTES, Beyond.SILENCE));
            link(
                    arena,
                    proxy,
                    "link slow",
                    Faults.none()
                            .withLatency(Duration.ofMillis(100), Duration.ofMillis(200))
                            .withRate(4_000)
                            .withSlices(7));
        }
    }

    private static void link(Arena arena, FaultProxy proxy, String what, Faults faults) {
        Workload.await("faults", WITHIN, proxy.set(faults));
        endure(arena, what);
        Workload.await("no faults", WITHIN, proxy.set(Faults.none()));
        Workload.await("new connections", WITHIN, proxy.resetAll());
        recover(arena);
    }

    /** Every session's turn ends, one way or another, while it lasts. */
    private static void endure(Arena arena, String what) {
        arena.note(what, "");
        long since = System.nanoTime();
        Arena.pass(BAD_FOR);
        arena.goesOn(1);
        arena.notes.add(what + ": turns ended " + ended(arena, since));
    }

    private static void recover(Arena arena) {
        arena.note("model and link well", "");
        arena.goesOn(1);
        long since = System.nanoTime();
        arena.goesOn(1);
        Map<String, Integer> how = ended(arena, since);
        arena.expect(WELL_AGAIN, how.keySet().equals(Set.of("completed")), "turns ended " + how);
    }

    private static Map<String, Integer> ended(Arena arena, long sinceNs) {
        Map<String, Integer> how = new TreeMap<>();
        Set<String> counted = ConcurrentHashMap.newKeySet();
        arena.history
                .all(Entry.Received.class)
                .filter(e -> e.at().ns() >= sinceNs && e.seen().type().equals("agent_status"))
                .filter(e -> Set.of("completed", "failed", "cancelled", "expired")
                        .contains(e.seen().field("status")))
                .filter(e -> counted.add(e.session() + e.seen().field("turn")))
                .forEach(e -> how.merge(word(e.seen()), 1, Integer::sum));
        return how;
    }

    private static String word(Seen seen) {
        String code = seen.field("code");
        return seen.field("status") + (code.isEmpty() ? "" : " " + code);
    }
}
