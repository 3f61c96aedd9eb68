package dev.sessionmesh.gateway.http;

import dev.sessionmesh.access.Admission;
import dev.sessionmesh.access.BackEndKeys;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;

/** Two back ends: one that may do everything, and one that may read. */
final class BackEnds {
    static final String ALL = "smk_all-0123456789abcdef0123456789";
    static final String READS = "smk_reads-0123456789abcdef0123456789";

    private BackEnds() {}

    static Path file(Path dir) throws IOException {
        JsonArray keys =
                new JsonArray().add(key("all", ALL, "*")).add(key("reads", READS, new JsonArray().add("read")));
        return Files.writeString(
                dir.resolve("keys.json"), new JsonObject().put("keys", keys).encode());
    }

    private static JsonObject key(String name, String key, Object actions) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
            return new JsonObject()
                    .put("name", name)
                    .put("sha256", HexFormat.of().formatHex(hash))
                    .put("sessions", new JsonObject().put("*", actions));
        } catch (NoSuchAlgorithmException every) {
            throw new IllegalStateException(every);
        }
    }

    static Admission admission(Vertx vertx, Path file) {
        return new Admission(
                vertx,
                Optional.empty(),
                Optional.of(BackEndKeys.open(vertx, file)),
                () -> true,
                InstantSource.system());
    }

    static HttpResponse<String> post(HttpNode node, String key, String path, String body) throws Exception {
        return node.send(node.request(path)
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }
}
