package dev.sessionmesh.gateway.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * The cluster as this node sees it.
 *
 * @param quorum whether this side may write
 * @param safe whether every copy that should be there is
 */
public record ClusterView(String node, boolean quorum, boolean safe, List<Node> nodes) {
    /** @param url where clients reach it; empty when unknown */
    public record Node(String name, String url, boolean self) {}

    public ClusterView {
        nodes = List.copyOf(nodes);
    }

    JsonObject toJson() {
        JsonArray rows = new JsonArray();
        nodes.forEach(node -> rows.add(
                new JsonObject().put("name", node.name()).put("url", node.url()).put("self", node.self())));
        return new JsonObject()
                .put("node", node)
                .put("quorum", quorum)
                .put("safe", safe)
                .put("nodes", rows);
    }
}
