package dev.sessionmesh.chaos.drill;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How often nodes turned something away, by code, as {@code /admin/status} counts it. A node forgets when it dies, so sums over nodes that
 * died are at least that.
 */
final class Refusals {

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);

    private final List<URI> nodes;
    private final Optional<String> adminToken;
    private final Map<URI, Map<String, Long>> before;

    /** Counts from now on. Without a token nobody is asked. */
    Refusals(List<URI> nodes, Optional<String> adminToken) {
        this.nodes = nodes;
        this.adminToken = adminToken;
        this.before = ask();
    }

    /** What came since; absent when no node tells. */
    Optional<Map<String, Long>> since() {
        Map<URI, Map<String, Long>> now = ask();
        if (now.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Long> sum = new TreeMap<>();
        now.forEach((node, codes) -> codes.forEach((code, count) -> {
            long then = before.getOrDefault(node, Map.of()).getOrDefault(code, 0L);
            sum.merge(code, count >= then ? count - then : count, Long::sum);
        }));
        return Optional.of(sum);
    }

    private Map<URI, Map<String, Long>> ask() {
        Map<URI, Map<String, Long>> told = new HashMap<>();
        adminToken.ifPresent(token -> {
            try (HttpClient http = HttpClient.newHttpClient()) {
                nodes.forEach(node -> ask(http, node, token).ifPresent(codes -> told.put(node, codes)));
            }
        });
        return told;
    }

    private static Optional<Map<String, Long>> ask(HttpClient http, URI node, String token) {
        HttpRequest request = HttpRequest.newBuilder(node.resolve("/admin/status"))
                .timeout(ANSWERS_WITHIN)
                .header("Authorization", "Bearer " + token)
                .build();
        try {
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200
                    ? Optional.of(counts(new JsonObject(answer.body()).getJsonObject("refused", new JsonObject())))
                    : Optional.empty();
        } catch (IOException nobody) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Counts as JSON gives them. */
    static Map<String, Long> counts(JsonObject codes) {
        Map<String, Long> counts = new TreeMap<>();
        codes.fieldNames().forEach(code -> counts.put(code, codes.getLong(code)));
        return counts;
    }
}
