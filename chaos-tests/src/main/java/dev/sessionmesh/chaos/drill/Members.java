package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.History;
import dev.sessionmesh.chaos.history.Stamp;
import dev.sessionmesh.client.ClientLimits;
import dev.sessionmesh.client.ClientOptions;
import dev.sessionmesh.client.SessionmeshClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Asks a cluster of somebody else a few times a second whom its nodes count as members, and notes in the history who left and who joined:
 * what was done to it is not known otherwise.
 */
final class Members implements AutoCloseable {

    private static final Duration EVERY = Duration.ofMillis(300);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);
    /** What a node said is no news when it has said nothing since. */
    private static final Duration STALE_AFTER = Duration.ofSeconds(4);

    private static final Duration CLOSES_WITHIN = Duration.ofSeconds(20);

    private record View(long ns, Set<String> members) {}

    private final Vertx vertx;
    private final Site site;
    private final History history;
    private final List<SessionmeshClient> doors = new ArrayList<>();
    private final Set<SessionmeshClient> asking = new HashSet<>();
    private final Map<String, View> views = new HashMap<>();
    private final Set<String> known = new HashSet<>();
    private final Set<String> away = new HashSet<>();
    private long timer = -1;
    private boolean closed;

    Members(Vertx vertx, Site site, Optional<String> token, History history) {
        this.vertx = vertx;
        this.site = site;
        this.history = history;
        for (URI url : site.urls()) {
            ClientOptions options = ClientOptions.of(List.of(url))
                    .withoutRetries()
                    .withLimits(ClientLimits.defaults().withRequestTimeout(ANSWERS_WITHIN));
            doors.add(SessionmeshClient.create(
                    vertx, token.map(options::withToken).orElse(options)));
        }
    }

    /** Asks until it is closed. */
    void watch() {
        timer = vertx.setPeriodic(EVERY.toMillis(), tick -> doors.forEach(this::ask));
    }

    private synchronized void ask(SessionmeshClient door) {
        if (asking.add(door)) {
            door.http().cluster().onComplete(answer -> {
                if (answer.succeeded()) {
                    told(answer.result(), Stamp.now());
                }
                answered(door);
            });
        }
    }

    private synchronized void answered(SessionmeshClient door) {
        asking.remove(door);
    }

    private void told(JsonObject cluster, Stamp now) {
        Map<String, String> names = new HashMap<>();
        for (Object row : cluster.getJsonArray("nodes", new JsonArray())) {
            JsonObject node = (JsonObject) row;
            names.put(node.getString("name", ""), named(node));
        }
        String asked = cluster.getString("node", "");
        told(names.getOrDefault(asked, asked), Set.copyOf(names.values()), now);
    }

    /** As tabs call it, where they know its address. */
    private String named(JsonObject node) {
        String url = node.getString("url", "");
        return site.urls().stream()
                .filter(door -> door.toString().equals(url))
                .findFirst()
                .map(site::nameOf)
                .orElse(node.getString("name", ""));
    }

    /** A node counts these members, itself among them. */
    synchronized void told(String node, Set<String> members, Stamp now) {
        if (closed) {
            return;
        }
        views.put(node, new View(now.ns(), members));
        views.values().removeIf(view -> now.ns() - view.ns() > STALE_AFTER.toNanos());
        known.addAll(members);
        for (String name : known) {
            boolean missed =
                    views.values().stream().anyMatch(view -> !view.members().contains(name));
            if (missed && away.add(name)) {
                history.add(new Entry.Nemesis(now, Timings.LEFT, name));
            } else if (!missed && away.remove(name)) {
                history.add(new Entry.Nemesis(now, Timings.JOINED, name));
            }
        }
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
        synchronized (this) {
            closed = true;
        }
        doors.forEach(door -> Workload.await("closing a lookout", CLOSES_WITHIN, door.close()));
    }
}
