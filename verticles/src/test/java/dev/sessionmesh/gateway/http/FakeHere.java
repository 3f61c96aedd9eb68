package dev.sessionmesh.gateway.http;

import dev.sessionmesh.console.Here;
import dev.sessionmesh.console.SessionQuery;
import dev.sessionmesh.console.SessionRow;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A node that is always the same but for its drain, which never ends. It believes that n2 counts too. */
final class FakeHere implements Here {
    private static final String TIME = "2026-03-01T12:00:00Z";

    /** By key, in order. */
    private static final List<SessionRow> SESSIONS = List.of(
            row("acme/release-1", Optional.empty(), 0),
            row("default/invoice-41", Optional.empty(), 0),
            row("default/release-planning", Optional.of(new SessionRow.Run("t1", 2, "n1")), 1),
            row("default/release-review", Optional.empty(), 0));

    private final String name;
    private boolean draining;

    FakeHere(String name) {
        this.name = name;
    }

    private static SessionRow row(String key, Optional<SessionRow.Run> run, int approvals) {
        String state = run.isPresent() ? "awaiting_approval" : SessionRow.IDLE;
        return new SessionRow(
                key, state, run, 57, approvals, 0, "scripted:test", 0, 9_000, List.of("n1-1", "somebody-who-left"));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Future<JsonObject> node() {
        return Future.succeededFuture(new JsonObject()
                .put("name", name)
                .put("incarnation", name + "-1")
                .put("url", "")
                .put("zone", "a")
                .put("region", "")
                .put("address", "10.0.0.1:5701")
                .put("version", "0.1.0")
                .put("startedAt", TIME)
                .put("phase", phase())
                .put("connections", 3)
                .put("tabs", 4)
                .put("behind", 0)
                .put("followed", 2)
                .put("owned", 12)
                .put("turns", 1)
                .put("loopLagMs", 1.2)
                .put("heapUsed", 81_788_928L)
                .put("heapMost", 268_435_456L)
                .put("quorum", true)
                .put("quorumLosses", 0)
                .put("safe", true)
                .put("lostPartitions", 0)
                .put(
                        "view",
                        new JsonObject()
                                .put("term", 0)
                                .put("version", 3)
                                .put("nodes", new JsonArray(List.of("n1", "n2")))));
    }

    @Override
    public Future<JsonObject> delivery() {
        return Future.succeededFuture(new JsonObject()
                .put("name", name)
                .put("tabs", 4)
                .put("sessions", 2)
                .put("behind", 1)
                .put("heldUp", 1)
                .put(
                        "slowest",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("tenant", "default")
                                        .put("session", "release-planning")
                                        .put("events", 210)
                                        .put("heldUp", true)))
                .put("resumed", 31)
                .put("snapshots", new JsonObject().put("new", 4))
                .put("reads", 6)
                .put("backfills", 2)
                .put("refused", new JsonObject().put("busy", 3))
                .put("limited", new JsonObject().put("tenant.command", 7)));
    }

    @Override
    public JsonObject config() {
        return new JsonObject()
                .put("versions", new JsonObject().put("sessionmesh", "0.1.0").put("java", "25"))
                .put("settings", new JsonObject().put("backups", "2").put("admin token", "set"))
                .put("limits", new JsonObject().put("frameBytes", "2097152"))
                .put(
                        "findings",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("level", "warning")
                                        .put("code", "no_state_dir")
                                        .put("text", "a restarted node forgets how it voted")));
    }

    @Override
    public CompletionStage<List<SessionRow>> sessions(SessionQuery query) {
        return CompletableFuture.completedFuture(SESSIONS.stream()
                .filter(row -> query.mayMatch(row.key()) && query.matches(row))
                .limit(query.limit() + 1L)
                .toList());
    }

    @Override
    public Future<Map<String, Integer>> tabs(Set<String> keys) {
        Map<String, Integer> tabs = new HashMap<>(Map.of("default/release-planning", 3, "default/invoice-41", 1));
        tabs.keySet().retainAll(keys);
        return Future.succeededFuture(tabs);
    }

    @Override
    public Future<List<JsonObject>> webhooks() {
        return Future.succeededFuture(List.of(
                new JsonObject().put("tenant", "acme").put("id", "audit").put("state", "ok"),
                new JsonObject()
                        .put("tenant", "default")
                        .put("id", "shop")
                        .put("state", "failing")
                        .put("failingSince", TIME)
                        .put("lastError", "timeout")));
    }

    @Override
    public boolean drain() {
        boolean began = !draining;
        draining = true;
        return began;
    }

    @Override
    public boolean stay() {
        boolean stays = draining;
        draining = false;
        return stays;
    }

    @Override
    public String phase() {
        return draining ? "draining" : "serving";
    }
}
