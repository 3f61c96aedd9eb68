package dev.sessionmesh.client;

import static dev.sessionmesh.client.HttpCalls.segment;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What an operator asks of the whole cluster, whichever node answers: the documents that the console shows, as {@code GET /v1/openapi.json} describes them. It
 * needs the nodes' admin token as the client's token; nodes that have none answer their own machine only. Passed over and refused as in
 * {@link SessionmeshHttp}.
 */
public final class SessionmeshOperator {
    private final HttpCalls calls;

    SessionmeshOperator(HttpCalls calls) {
        this.calls = calls;
    }

    /** {@code GET /admin/mesh}: every node, how it is and what it carries, and those that should be there and are not. */
    public Future<JsonObject> mesh() {
        return get("/admin/mesh");
    }

    /** {@code GET /admin/timeline}: what befell the membership, newest first. */
    public Future<JsonObject> timeline() {
        return get("/admin/timeline");
    }

    /**
     * {@code GET /admin/sessions}: a page of the sessions of all tenants, and nothing of what was said in them.
     *
     * @param query {@code tenant}, {@code prefix}, {@code state}, {@code waiting}, {@code after}, {@code limit}; any of them, or none
     */
    public Future<JsonObject> sessions(Map<String, String> query) {
        String fields = new TreeMap<>(query)
                .entrySet().stream()
                        .map(field ->
                                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        return get("/admin/sessions" + (fields.isEmpty() ? "" : "?" + fields));
    }

    /** {@code GET /admin/delivery}: how tabs and webhooks are served. */
    public Future<JsonObject> delivery() {
        return get("/admin/delivery");
    }

    /** {@code GET /admin/config}: what each node was told, and what it made of that. */
    public Future<JsonObject> config() {
        return get("/admin/config");
    }

    /** {@code POST /admin/nodes/{node}/drain}: it begins to leave; {@code too_late} when it does already. */
    public Future<JsonObject> drain(String node) {
        return calls.json(HttpMethod.POST, path(node), Optional.of(new JsonObject()));
    }

    /** {@code DELETE /admin/nodes/{node}/drain}: it stays after all, as long as its phase is {@code draining}. */
    public Future<JsonObject> undrain(String node) {
        return calls.json(HttpMethod.DELETE, path(node), Optional.empty());
    }

    /** {@code GET /admin/drills}: the reports that the node which answers was told to show. */
    public Future<JsonObject> drills() {
        return get("/admin/drills");
    }

    /** {@code GET /admin/drills/{report}}: as {@code ./mesh drill} wrote it. */
    public Future<JsonObject> drill(String report) {
        return get("/admin/drills/" + segment(report));
    }

    /** {@code GET /admin/drills/{report}/page}: the same as one HTML file. */
    public Future<String> drillPage(String report) {
        return calls.text("/admin/drills/" + segment(report) + "/page");
    }

    private Future<JsonObject> get(String path) {
        return calls.json(HttpMethod.GET, path, Optional.empty());
    }

    private static String path(String node) {
        return "/admin/nodes/" + segment(node) + "/drain";
    }
}
