package dev.sessionmesh.client;

import static dev.sessionmesh.client.HttpCalls.segment;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * What the back end of a tenant administers: credentials that are taken back, and webhooks. All but {@link #webhookKeys} needs
 * {@code admin} of all sessions, and fails with {@code forbidden} otherwise. Passed over and refused as in {@link SessionmeshHttp}.
 */
public final class SessionmeshAdmin {

    /** What is to be good for nothing, as far as it was issued up to now. */
    public sealed interface Revocation {

        /** One token, by the id in its {@code jti}. */
        record Token(String id) implements Revocation {}

        /** Every token of a user, by its {@code sub}. */
        record User(String name) implements Revocation {}

        /** What permits one session, for that session. */
        record Session(String id) implements Revocation {}

        /** Every token of the caller's tenant, his own among them. */
        record Tenant() implements Revocation {}
    }

    private final HttpCalls calls;

    SessionmeshAdmin(HttpCalls calls) {
        this.calls = calls;
    }

    /** {@code POST /v1/revocations}: counts on every node within a second, open connections included. */
    public Future<Void> revoke(Revocation revocation) {
        JsonObject body =
                switch (revocation) {
                    case Revocation.Token(String id) -> new JsonObject().put("token", id);
                    case Revocation.User(String name) -> new JsonObject().put("user", name);
                    case Revocation.Session(String id) -> new JsonObject().put("session", id);
                    case Revocation.Tenant() -> new JsonObject().put("tenant", true);
                };
        return calls.done(HttpMethod.POST, "/v1/revocations", Optional.of(body));
    }

    /**
     * {@code POST /v1/sessions/{id}/erase}: takes it away wherever something of it is; answers with {@code receipt} and {@code jws}, whose fields are in
     * docs/archive.md.
     */
    public Future<JsonObject> eraseSession(String id) {
        return calls.json(
                HttpMethod.POST, "/v1/sessions/" + HttpCalls.segment(id) + "/erase", Optional.of(new JsonObject()));
    }

    /** {@code GET /v1/usage}: what the tenant has and does on all nodes, and what it may; the fields are in docs/protocol.md. */
    public Future<JsonObject> usage() {
        return calls.json(HttpMethod.GET, "/v1/usage", Optional.empty());
    }

    /**
     * {@code POST /v1/webhooks}: makes it, or finds this very one; {@code webhook_conflict} when one of this id is another. Name an id, so that a
     * retry does not make two.
     */
    public Future<Webhook> createWebhook(Webhook.Draft draft) {
        return calls.read(HttpMethod.POST, "/v1/webhooks", Optional.of(draft.wire()), Webhook::of);
    }

    /** {@code GET /v1/webhooks}: all of the tenant, by id; how each does is told by {@link #webhook}. */
    public Future<List<Webhook>> webhooks() {
        return calls.get("/v1/webhooks", json -> HttpCalls.objects(json, "webhooks").stream()
                .map(Webhook::of)
                .toList());
    }

    /** {@code GET /v1/webhooks/{id}}: a webhook, and how it does on all nodes. */
    public Future<Webhook> webhook(String id) {
        return calls.get(path(id, ""), Webhook::of);
    }

    /** {@code PUT /v1/webhooks/{id}}: another address or choice from now on; what was delivered stays delivered. The draft's own id counts for nothing. */
    public Future<Webhook> replaceWebhook(String id, Webhook.Draft draft) {
        JsonObject body = draft.wire();
        body.remove("id");
        return calls.read(HttpMethod.PUT, path(id, ""), Optional.of(body), Webhook::of);
    }

    /** {@code DELETE /v1/webhooks/{id}}: how far it was is forgotten. */
    public Future<Void> deleteWebhook(String id) {
        return calls.done(HttpMethod.DELETE, path(id, ""), Optional.empty());
    }

    /** {@code POST /v1/webhooks/{id}/pause}: nothing is delivered for now; what happens meanwhile comes later. */
    public Future<Webhook> pauseWebhook(String id) {
        return calls.read(HttpMethod.POST, path(id, "/pause"), Optional.of(new JsonObject()), Webhook::of);
    }

    /** {@code POST /v1/webhooks/{id}/resume}: it goes on at once. */
    public Future<Webhook> resumeWebhook(String id) {
        return calls.read(HttpMethod.POST, path(id, "/resume"), Optional.of(new JsonObject()), Webhook::of);
    }

    /** {@code POST /v1/webhooks/{id}/replay}: what a session's log holds behind a seq is delivered again; 0: all of it. */
    public Future<Void> replayWebhook(String id, String session, long after) {
        JsonObject body = new JsonObject().put("session", session).put("after", after);
        return calls.done(HttpMethod.POST, path(id, "/replay"), Optional.of(body));
    }

    /** {@code GET /.well-known/jwks.json}: the public keys that webhooks are signed with, as a JWK set's {@code keys}; asks nobody who he is. */
    public Future<JsonArray> webhookKeys() {
        return calls.get("/.well-known/jwks.json", json -> json.getJsonArray("keys", new JsonArray()));
    }

    private static String path(String id, String rest) {
        return "/v1/webhooks/" + segment(id) + rest;
    }
}
