package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.client.ClientLimits;
import dev.sessionmesh.client.ClientOptions;
import dev.sessionmesh.client.SessionmeshClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Asks nodes a few times a second whom they count as members. An eviction lasts for seconds at the least, as the way back leads
 * through a merge, so none is overlooked; a node that does not answer is passed over.
 */
final class Lookout {

    private static final long EVERY_MS = 200;
    private static final Duration CLOSES_WITHIN = Duration.ofSeconds(20);

    private final Arena arena;
    private final Map<String, SessionmeshClient> nodes = new LinkedHashMap<>();
    private final Set<String> missed = ConcurrentHashMap.newKeySet();
    private final Set<String> asking = ConcurrentHashMap.newKeySet();
    private final long timer;

    /** Looks out for members of {@code nodes} that another of them does not count. */
    Lookout(Arena arena, List<Node> nodes) {
        this.arena = arena;
        nodes.forEach(node -> this.nodes.put(
                node.name(),
                SessionmeshClient.create(
                        arena.vertx,
                        ClientOptions.of(List.of(node.url()))
                                .withLimits(ClientLimits.defaults().withRequestTimeout(Duration.ofSeconds(2))))));
        this.timer = arena.vertx.setPeriodic(EVERY_MS, tick -> this.nodes.forEach(this::ask));
    }

    private void ask(String name, SessionmeshClient client) {
        if (!asking.add(name)) {
            return;
        }
        client.http().cluster().onComplete(answer -> {
            asking.remove(name);
            if (answer.succeeded()) {
                Set<String> seen = answer.result().getJsonArray("nodes", new JsonArray()).stream()
                        .map(row -> ((JsonObject) row).getString("name", ""))
                        .collect(Collectors.toSet());
                nodes.keySet().stream()
                        .filter(other -> !seen.contains(other))
                        .forEach(other -> missed.add(name + " lost " + other));
            }
        });
    }

    /** Stops looking; who lost sight of whom. */
    Set<String> end() {
        arena.vertx.cancelTimer(timer);
        nodes.values().forEach(client -> Workload.await("closing a lookout", CLOSES_WITHIN, client.close()));
        return Set.copyOf(missed);
    }
}
