package dev.sessionmesh.webhook;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.port.SessionStore.Slice;
import dev.sessionmesh.loop.Loops;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A tenant's webhooks, for whoever administers all of its sessions. Futures complete on the caller's loop. */
public final class Webhooks {
    private static final int ID_BYTES = 12;

    private final Loops loops;
    private final EndpointShelf shelf;
    private final CursorShelf cursors;
    private final SessionLog log;
    private final Endpoints endpoints;
    private final Peers peers;
    private final SigningKeys keys;
    private final UrlRules urls;
    private final WebhookLimits limits;
    private final LongSupplier now;
    private final SecureRandom random = new SecureRandom();

    Webhooks(
            Loops loops,
            EndpointShelf shelf,
            CursorShelf cursors,
            SessionLog log,
            Endpoints endpoints,
            Peers peers,
            SigningKeys keys,
            UrlRules urls,
            WebhookLimits limits,
            LongSupplier now) {
        this.loops = loops;
        this.shelf = shelf;
        this.cursors = cursors;
        this.log = log;
        this.endpoints = endpoints;
        this.peers = peers;
        this.keys = keys;
        this.urls = urls;
        this.limits = limits;
        this.now = now;
    }

    /** What receivers verify signatures with: a JWK set. */
    public JsonObject publicKeys() {
        return keys.published();
    }

    /** @param fresh whether this call made it */
    public record Made(JsonObject webhook, boolean fresh) {}

    public Future<Outcome<Made>> create(Access access, String tenant, JsonObject wanted) {
        return permitted(access, () -> {
            EndpointForm form = EndpointForm.parse(wanted, urls, limits);
            long known = endpoints.known().values().stream()
                    .filter(endpoint -> endpoint.tenant().equals(tenant))
                    .count();
            String id = form.id().orElseGet(this::newId);
            return Future.fromCompletionStage(shelf.get(tenant, id)).compose(kept -> {
                if (kept.isPresent()) {
                    return Future.succeededFuture(agreed(kept.get(), form));
                }
                if (known >= limits.endpointsPerTenant()) {
                    return Future.succeededFuture(Outcome.refused(
                            ErrorCode.TOO_MANY_WEBHOOKS,
                            "a tenant has " + limits.endpointsPerTenant() + " webhooks at most"));
                }
                Endpoint endpoint = new Endpoint(
                        tenant,
                        id,
                        random.nextLong(),
                        form.url(),
                        form.events(),
                        form.sessions(),
                        form.description(),
                        now.getAsLong(),
                        Endpoint.Health.GOOD);
                return Future.fromCompletionStage(shelf.add(endpoint))
                        .compose(added -> added
                                ? Future.succeededFuture(Outcome.done(new Made(EndpointJson.shown(endpoint), true)))
                                : Future.fromCompletionStage(shelf.get(tenant, id))
                                        .map(other -> other.map(there -> agreed(there, form))
                                                .orElseGet(() -> notFound(id))));
            });
        });
    }

    private static Outcome<Made> agreed(Endpoint kept, EndpointForm form) {
        return kept.says(form)
                ? Outcome.done(new Made(EndpointJson.shown(kept), false))
                : Outcome.refused(ErrorCode.WEBHOOK_CONFLICT, "webhook " + kept.id() + " is another one");
    }

    public Future<Outcome<JsonObject>> list(Access access, String tenant) {
        return permitted(access, () -> Future.fromCompletionStage(shelf.all()).map(all -> {
            JsonArray own = new JsonArray();
            all.stream()
                    .filter(endpoint -> endpoint.tenant().equals(tenant))
                    .sorted(Comparator.comparing(Endpoint::id))
                    .map(EndpointJson::shown)
                    .forEach(own::add);
            return Outcome.done(new JsonObject().put("webhooks", own));
        }));
    }

    /** How those of all tenants do, for whoever operates the node: what they are for, and where they lead, is their tenants'. */
    public Future<List<JsonObject>> everybodys() {
        return loops.current()
                .bring(shelf.all())
                .map(all -> all.stream().map(EndpointJson::health).toList());
    }

    /** The webhook and how it does on all nodes. */
    public Future<Outcome<JsonObject>> get(Access access, String tenant, String id) {
        return permitted(access, () -> Future.fromCompletionStage(shelf.get(tenant, id))
                .compose(kept -> kept.isEmpty()
                        ? Future.succeededFuture(notFound(id))
                        : peers.ask(tenant, id)
                                .map(sum -> Outcome.done(EndpointJson.shown(kept.get())
                                        .put("deliveries", sum.tally().deliveries())
                                        .put("eventsDelivered", sum.tally().events())
                                        .put("failures", sum.tally().failures())
                                        .put("sessionsBehind", sum.tally().behind())
                                        .put("nodes", sum.asked())
                                        .put("nodesAnswered", sum.answered())))));
    }

    /** Another address or another choice; what was delivered stays delivered. */
    public Future<Outcome<JsonObject>> replace(Access access, String tenant, String id, JsonObject wanted) {
        return permitted(access, () -> {
            EndpointForm form = EndpointForm.parse(wanted, urls, limits);
            if (form.id().isPresent() && !form.id().get().equals(id)) {
                throw new IllegalArgumentException("id is not that of the address");
            }
            return changed(tenant, id, kept -> kept.with(form));
        });
    }

    public Future<Outcome<JsonObject>> pause(Access access, String tenant, String id) {
        return permitted(
                access,
                () -> changed(
                        tenant,
                        id,
                        kept -> kept.isPaused()
                                ? kept
                                : kept.with(kept.health()
                                        .paused(
                                                now.getAsLong(),
                                                Endpoint.Pause.ASKED,
                                                kept.health().lastError()))));
    }

    /** Goes on where it was, at once. */
    public Future<Outcome<JsonObject>> resume(Access access, String tenant, String id) {
        return permitted(
                access,
                () -> changed(
                        tenant,
                        id,
                        kept -> kept.with(new Endpoint.Health(0, kept.health().lastError(), 0, Endpoint.Pause.NOT))));
    }

    private Future<Outcome<JsonObject>> changed(String tenant, String id, UnaryOperator<Endpoint> change) {
        return endpoints.update(tenant, id, change).map(now -> now.map(
                        endpoint -> Outcome.done(EndpointJson.shown(endpoint)))
                .orElseGet(() -> notFound(id)));
    }

    public Future<Outcome<Boolean>> delete(Access access, String tenant, String id) {
        return permitted(access, () -> Future.fromCompletionStage(shelf.remove(tenant, id))
                .compose(there -> there
                        ? Future.fromCompletionStage(cursors.forget(tenant, id)).map(forgotten -> Outcome.done(true))
                        : Future.succeededFuture(notFound(id))));
    }

    /**
     * Delivers again what lies behind {@code after}, tokens apart as always, and then what follows.
     *
     * @param after a seq; 0 stands behind the creation of the session, -1 before it
     */
    public Future<Outcome<Boolean>> replay(Access access, SessionKey key, String id, long after) {
        return permitted(access, () -> Future.fromCompletionStage(log.read(key, Math.max(0, after), 1))
                .compose(outcome -> switch (outcome) {
                    case Outcome.Refused<Slice> refused -> Future.succeededFuture(refused.as());
                    case Outcome.Done<Slice>(Slice slice)
                    when after > slice.head() ->
                        Future.succeededFuture(Outcome.refused(
                                ErrorCode.POSITION_AHEAD, "seq " + after + " is beyond the head " + slice.head()));
                    case Outcome.Done<Slice> known ->
                        Future.fromCompletionStage(shelf.get(key.tenant(), id))
                                .compose(kept -> kept.map(endpoint -> setBack(endpoint, key, after))
                                        .orElseGet(() -> Future.succeededFuture(notFound(id))))
                                .compose(set -> awake(key, set));
                }));
    }

    /** It may have gone to sleep in between. */
    private Future<Outcome<Boolean>> awake(SessionKey key, Outcome<Boolean> outcome) {
        return Future.fromCompletionStage(log.read(key, 0, 1))
                .map(there -> outcome)
                .otherwise(outcome);
    }

    private Future<Outcome<Boolean>> setBack(Endpoint endpoint, SessionKey key, long after) {
        if (!endpoint.wantsSession(key.id())) {
            return Future.succeededFuture(
                    Outcome.refused(ErrorCode.BAD_FIELD, "session is not one of those of the webhook"));
        }
        return Future.fromCompletionStage(cursors.load(key, endpoint.id())).compose(kept -> {
            Cursor from = kept.filter(cursor -> cursor.incarnation() == endpoint.incarnation())
                    .orElseGet(() -> Cursor.start(endpoint));
            Cursor back = from.replayed(after);
            return Future.fromCompletionStage(cursors.move(key, endpoint.id(), kept, back))
                    .compose(now -> now.equals(back)
                            ? Future.succeededFuture(Outcome.done(true))
                            : setBack(endpoint, key, after));
        });
    }

    private <T> Future<Outcome<T>> permitted(Access access, Supplier<Future<Outcome<T>>> work) {
        if (!access.permitsEverywhere(Access.Action.ADMIN)) {
            return Future.succeededFuture(Outcome.refused(ErrorCode.FORBIDDEN, "not granted: admin of all sessions"));
        }
        try {
            return loops.current()
                    .bring(work.get()
                            .recover(away -> Future.succeededFuture(
                                    Outcome.refused(ErrorCode.UNAVAILABLE, "webhooks are out of reach for the moment")))
                            .toCompletionStage());
        } catch (IllegalArgumentException unfit) {
            return Future.succeededFuture(Outcome.refused(ErrorCode.BAD_FIELD, String.valueOf(unfit.getMessage())));
        }
    }

    private static <T> Outcome<T> notFound(String id) {
        return Outcome.refused(
                ErrorCode.WEBHOOK_NOT_FOUND, "no webhook " + (SessionKey.isValid(id) ? id : "of that id"));
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return "wh_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
