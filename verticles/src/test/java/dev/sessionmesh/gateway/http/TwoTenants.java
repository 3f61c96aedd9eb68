package dev.sessionmesh.gateway.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Two tenants, each with a back end that may do everything there. */
final class TwoTenants {
    static final String LOUD = "smk_loud-0123456789abcdef0123456789";
    static final String CALM = "smk_calm-0123456789abcdef0123456789";

    private TwoTenants() {}

    static Path file(Path dir) throws Exception {
        JsonArray keys = new JsonArray().add(key("loud", LOUD)).add(key("calm", CALM));
        return Files.writeString(
                dir.resolve("tenants.json"), new JsonObject().put("keys", keys).encode());
    }

    private static JsonObject key(String tenant, String key) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.US_ASCII));
        return new JsonObject()
                .put("name", tenant)
                .put("tenant", tenant)
                .put("sha256", HexFormat.of().formatHex(hash))
                .put("sessions", new JsonObject().put("*", "*"));
    }
}
