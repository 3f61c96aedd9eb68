package dev.sessionmesh.console;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** What one node says of itself. Nothing here blocks; stages may complete on any thread. */
public interface Here {
    String name();

    /** How it is and what it carries: {@code ConsoleNode} in openapi.yaml. */
    Future<JsonObject> node();

    /** How its tabs are served: {@code DeliveryNode} in openapi.yaml. */
    Future<JsonObject> delivery();

    /** What it was told and what it made of that, without secrets: {@code ConfigNode} in openapi.yaml. */
    JsonObject config();

    /** The sessions that it owns, by key, the first ones of those that are looked for. */
    CompletionStage<List<SessionRow>> sessions(SessionQuery query);

    /** How many of its tabs are in each of these sessions; those without any are left out. */
    Future<Map<String, Integer>> tabs(Set<String> keys);

    /** How the webhooks of all tenants do; every node says the same. */
    Future<List<JsonObject>> webhooks();

    /** Begins to leave; false when it is leaving already. */
    boolean drain();

    /** Stays after all; false when there is nothing to break off, or when it is too late. */
    boolean stay();

    /** {@code serving}, {@code draining}, {@code leaving} or {@code left}. */
    String phase();
}
