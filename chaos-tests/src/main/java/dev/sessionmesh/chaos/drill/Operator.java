package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.LabException;
import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.Node;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Somebody with the admin token, at a node's {@code /admin}. */
record Operator(Node node) {

    static final String TOKEN = "drill-admin-token-that-nobody-else-has";
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(20);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Nodes that know the token. */
    static LabPlan admitted(LabPlan plan) {
        try {
            Path file = Files.createDirectories(plan.dir().toAbsolutePath()).resolve("admin-token");
            Files.writeString(file, TOKEN);
            return plan.withArguments(List.of("--admin-token-file=" + file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the admin token", e);
        }
    }

    JsonObject status() {
        return ask("GET", "/admin/status", "");
    }

    /** How the node's archive is. */
    JsonObject archive() {
        return ask("GET", "/admin/archive", "");
    }

    /** Asks the node to hand its sessions to another cluster, or not to any more. */
    void handOver(boolean on) {
        var unused = ask(on ? "POST" : "DELETE", "/admin/archive/hand-over", "");
    }

    /** What the node tells whoever measures it; empty when it says nothing. */
    String metrics() {
        try {
            return said("GET", "/metrics", "");
        } catch (LabException silent) {
            return "";
        }
    }

    /** A metric, summed over its labels; empty when the node does not name it. {@code with} is a label that it has, as it is written, or nothing. */
    OptionalDouble metric(String name, String with) {
        return Pattern.compile("(?m)^" + name + "(?:\\{[^}]*" + with + "[^}]*})? ([0-9.E-]+)$")
                .matcher(metrics())
                .results()
                .mapToDouble(line -> Double.parseDouble(line.group(1)))
                .reduce(Double::sum);
    }

    /** Asks the node to leave in order. */
    void drain() {
        var unused = ask("POST", "/admin/drain", "{}");
    }

    /** Asks it to stay after all. */
    void stay() {
        var unused = ask("DELETE", "/admin/drain", "");
    }

    /** A node is gone for good, as this operator believes. */
    void forget(Node gone) {
        var unused = ask(
                "POST",
                "/admin/forget",
                new JsonObject().put("node", gone.name()).encode());
    }

    /** Why the copies of a session are not known to be equal. */
    Optional<String> differing(String session) {
        try {
            var unused = ask("GET", "/admin/copies/" + session, "");
            return Optional.empty();
        } catch (LabException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }

    /** How often the node turned something away, by code; what happened before it was last started is forgotten. */
    JsonObject refused() {
        return status().getJsonObject("refused");
    }

    /** What merges put aside, with the events. */
    List<JsonObject> lostAndFound() {
        return ask("GET", "/admin/lost-and-found", "").getJsonArray("entries").stream()
                .map(entry -> ask("GET", "/admin/lost-and-found/" + ((JsonObject) entry).getString("entry"), ""))
                .toList();
    }

    private JsonObject ask(String method, String path, String body) {
        return new JsonObject(said(method, path, body));
    }

    private String said(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(node.url().resolve(path))
                .timeout(ANSWERS_WITHIN)
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() >= 300) {
                throw new LabException(method + " " + path + " at " + node.name() + " answers " + answer.statusCode()
                        + ": " + answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new LabException(method + " " + path + " at " + node.name() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted at " + path, e);
        }
    }
}
