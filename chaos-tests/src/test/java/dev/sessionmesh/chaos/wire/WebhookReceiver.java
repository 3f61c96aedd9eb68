package dev.sessionmesh.chaos.wire;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A customer's back end: checks what it is sent with the platform's own means, and remembers ids. */
final class WebhookReceiver implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final int port;
    private final Function<String, JsonObject> keys;
    /** What it answers instead of 204, by path. */
    private final Map<String, Integer> moods = new HashMap<>();

    private final Map<String, Integer> asked = new HashMap<>();
    /** By path: the events of requests with ids that were not seen before, in the order in which they came. */
    private final Map<String, Map<String, List<JsonObject>>> taken = new HashMap<>();

    private final Map<String, String> ids = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private int repeated;

    /** @param published finds the published key of a name, which is asked for once: nodes die while deliveries are on their way */
    WebhookReceiver(Function<String, JsonObject> published) throws Exception {
        Map<String, JsonObject> known = new ConcurrentHashMap<>();
        this.keys = kid -> known.computeIfAbsent(kid, published);
        this.port = vertx.createHttpServer()
                .requestHandler(this::handle)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS)
                .actualPort();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    private void handle(HttpServerRequest request) {
        request.body().onSuccess(body -> vertx.<Integer>executeBlocking(() -> {
                    String problem = verify(request, body.getBytes());
                    return take(request.path(), request.getHeader("webhook-id"), body.toString(), problem);
                })
                .onSuccess(status -> {
                    if (status > 0) {
                        request.response()
                                .putHeader("Location", url("/elsewhere"))
                                .setStatusCode(status)
                                .end();
                    }
                }));
    }

    private synchronized int take(String path, String id, String body, String problem) {
        asked.merge(path, 1, Integer::sum);
        if (!problem.isEmpty()) {
            problems.add(problem);
        }
        int mood = moods.getOrDefault(path, 204);
        if (mood == 204) {
            String before = ids.put(path + id, body);
            if (before != null) {
                repeated++;
                if (!before.equals(body)) {
                    problems.add("one id, two bodies: " + before + " and " + body);
                }
            } else {
                JsonObject json = new JsonObject(body);
                List<JsonObject> events = taken.computeIfAbsent(path, fresh -> new HashMap<>())
                        .computeIfAbsent(json.getString("session"), fresh -> new ArrayList<>());
                JsonArray more = json.getJsonArray("events");
                for (int i = 0; i < more.size(); i++) {
                    events.add(more.getJsonObject(i));
                }
            }
        }
        return mood;
    }

    /** As a receiver does that knows the standard and nothing of the mesh. */
    private String verify(HttpServerRequest request, byte[] body) {
        try {
            String id = request.getHeader("webhook-id");
            String timestamp = request.getHeader("webhook-timestamp");
            long age = System.currentTimeMillis() / 1_000 - Long.parseLong(timestamp);
            String[] signature = request.getHeader("webhook-signature").split(",", 2);
            JsonObject jwk = keys.apply(request.getHeader("webhook-key-id"));
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(publicKey(jwk.getString("x")));
            verifier.update((id + "." + timestamp + ".").getBytes(StandardCharsets.US_ASCII));
            verifier.update(body);
            boolean good = signature[0].equals("v1a")
                    && Math.abs(age) < 60
                    && verifier.verify(Base64.getDecoder().decode(signature[1]));
            return good ? "" : "a signature that is not good, or " + age + " s old";
        } catch (GeneralSecurityException | RuntimeException unverified) {
            return unverified.toString();
        }
    }

    private static PublicKey publicKey(String x) throws GeneralSecurityException {
        byte[] little = Base64.getUrlDecoder().decode(x);
        boolean odd = (little[31] & 0x80) != 0;
        byte[] big = new byte[32];
        for (int i = 0; i < 32; i++) {
            big[i] = little[31 - i];
        }
        big[0] &= 0x7f;
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(
                        new EdECPublicKeySpec(NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, big))));
    }

    /** From now on a path answers so; 0: not at all. */
    synchronized void answer(String path, int status) {
        moods.put(path, status);
    }

    synchronized int asked(String path) {
        return asked.getOrDefault(path, 0);
    }

    /** What it knows of a session, each request once. */
    synchronized List<JsonObject> events(String path, String session) {
        return List.copyOf(taken.getOrDefault(path, Map.of()).getOrDefault(session, List.of()));
    }

    synchronized List<String> problems() {
        return List.copyOf(problems);
    }

    synchronized int repeated() {
        return repeated;
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }
}
