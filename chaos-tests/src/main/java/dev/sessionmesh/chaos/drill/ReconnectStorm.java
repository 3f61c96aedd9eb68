package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.fault.FaultProxy;
import dev.sessionmesh.chaos.fault.Faults;
import dev.sessionmesh.chaos.fault.Faults.Beyond;
import dev.sessionmesh.chaos.lab.Node;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Proxies stand between all tabs and the nodes. Every connection is torn at once, again and again; then links are slow and sliced;
 * then all go silent without being closed. The tabs must come back and miss nothing.
 */
final class ReconnectStorm {

    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final Duration BETWEEN = Duration.ofSeconds(3);
    private static final Duration SILENT_FOR = Duration.ofSeconds(4);
    private static final String TORN = "every connection of the storm was torn";

    private ReconnectStorm() {}

    static void play(Arena arena) {
        List<FaultProxy> proxies = new ArrayList<>();
        for (Node node : arena.lab.nodes()) {
            URI url = node.url();
            FaultProxy proxy = Workload.await(
                    "a proxy",
                    WITHIN,
                    FaultProxy.start(
                            arena.vertx,
                            "127.0.0.1",
                            SocketAddress.inetSocketAddress(url.getPort(), url.getHost()),
                            arena.settings.seed()));
            node.behind(URI.create("http://127.0.0.1:" + proxy.port()));
            proxies.add(proxy);
        }
        arena.underLoad();
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            int torn = 0;
            arena.note("reset of every connection", "");
            for (FaultProxy proxy : proxies) {
                torn += Workload.await("a reset", WITHIN, proxy.resetAll());
            }
            arena.expect(TORN, torn >= arena.settings.sessions(), "only " + torn + " connections were there");
            Arena.pass(BETWEEN);
            arena.goesOn(1);
        }
        set(arena, proxies, "slow and sliced links", slow());
        arena.goesOn(2);
        set(arena, proxies, "half-open links", Faults.none().after(0, Beyond.SILENCE));
        Arena.pass(SILENT_FOR);
        set(arena, proxies, "clear links", Faults.none());
        arena.goesOn(2);
    }

    private static Faults slow() {
        return Faults.none()
                .withLatency(Duration.ofMillis(40), Duration.ofMillis(40))
                .withRate(200_000)
                .withSlices(100);
    }

    private static void set(Arena arena, List<FaultProxy> proxies, String what, Faults faults) {
        arena.note(what, "");
        proxies.forEach(proxy -> Workload.await("new faults", WITHIN, proxy.set(faults)));
    }
}
