package dev.sessionmesh.webhook;

import dev.sessionmesh.loop.Loop;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The webhooks as this node knows them, and what it has to tell the others about how they do. Read again when somebody says that they
 * changed, and now and then in case nobody was heard.
 */
final class Endpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);
    private static final long PERIOD_MILLIS = 5_000;
    /** Failures in a row that are worth telling: what is over at once is not. */
    private static final int TOLD = 3;

    private static final int TRIES = 10;

    private final EndpointShelf shelf;
    private final Loop loop;
    private final SigningKeys keys;
    private final boolean agreeOnKey;
    private final WebhookLimits limits;
    private final LongSupplier now;
    private volatile Map<String, Endpoint> known = Map.of();
    private volatile Map<String, List<Endpoint>> byTenant = Map.of();
    private volatile boolean read;
    private volatile Runnable listener = () -> {};
    private boolean reading;
    private boolean again;

    /** @param agreeOnKey whether the signing key is the cluster's own, which every node helps to keep */
    Endpoints(
            EndpointShelf shelf,
            Loop loop,
            SigningKeys keys,
            boolean agreeOnKey,
            WebhookLimits limits,
            LongSupplier now) {
        this.shelf = shelf;
        this.loop = loop;
        this.keys = keys;
        this.agreeOnKey = agreeOnKey;
        this.limits = limits;
        this.now = now;
    }

    void start() {
        shelf.onChange(() -> loop.execute(this::read));
        loop.execute(this::read);
        loop.every(PERIOD_MILLIS, this::read);
    }

    /** Whether they were read at all. */
    boolean areKnown() {
        return read;
    }

    /** By {@link Endpoint#key}. */
    Map<String, Endpoint> known() {
        return known;
    }

    List<Endpoint> of(String tenant) {
        return byTenant.getOrDefault(tenant, List.of());
    }

    void onChange(Runnable changed) {
        listener = changed;
    }

    /** Reads them now. */
    void read() {
        if (reading) {
            again = true;
            return;
        }
        reading = true;
        again = false;
        loop.bring(shelf.all())
                .onSuccess(all -> {
                    Map<String, Endpoint> found = new HashMap<>();
                    all.forEach(endpoint -> found.put(endpoint.key(), endpoint));
                    if (!found.equals(known)) {
                        known = Map.copyOf(found);
                        byTenant = found.values().stream().collect(Collectors.groupingBy(Endpoint::tenant));
                        listener.run();
                    }
                    read = true;
                })
                .onFailure(failure -> LOG.warn("webhooks could not be read: {}", failure.toString()))
                .onComplete(done -> {
                    reading = false;
                    if (again) {
                        read();
                    }
                });
        if (agreeOnKey) {
            loop.bring(shelf.agreeOnKey(keys.newest().encoded())).onSuccess(keys::agreed);
        }
    }

    /** Something was taken. */
    void works(Endpoint endpoint) {
        if (endpoint.health().failingSince() != 0) {
            change(
                    endpoint,
                    kept -> kept.with(kept.health().failing(0, kept.health().lastError())));
        }
    }

    /** Nothing was taken, so many times in a row. */
    void fails(Endpoint endpoint, String code, int inARow) {
        long since = endpoint.health().failingSince();
        if (since == 0 && inARow >= TOLD) {
            change(
                    endpoint,
                    kept -> kept.health().failingSince() == 0
                            ? kept.with(kept.health().failing(now.getAsLong(), code))
                            : kept);
        } else if (since != 0 && now.getAsLong() - since >= limits.giveUp().toMillis()) {
            pause(endpoint, Endpoint.Pause.FAILING, code);
        }
    }

    void pause(Endpoint endpoint, Endpoint.Pause why, String code) {
        LOG.warn("{} is paused: {}", endpoint, code);
        change(
                endpoint,
                kept -> kept.isPaused() ? kept : kept.with(kept.health().paused(now.getAsLong(), why, code)));
    }

    /** What is not kept is tried again with the next request's outcome. */
    private void change(Endpoint endpoint, UnaryOperator<Endpoint> change) {
        update(
                        endpoint.tenant(),
                        endpoint.id(),
                        kept -> kept.incarnation() == endpoint.incarnation() ? change.apply(kept) : kept)
                .onFailure(failure -> LOG.debug("the state of {} was not kept", endpoint, failure));
    }

    /** Changes what is kept, again when somebody else changed it meanwhile; empty when there is no such webhook. */
    Future<Optional<Endpoint>> update(String tenant, String id, UnaryOperator<Endpoint> change) {
        return update(tenant, id, change, TRIES);
    }

    private Future<Optional<Endpoint>> update(String tenant, String id, UnaryOperator<Endpoint> change, int tries) {
        return loop.bring(shelf.get(tenant, id)).compose(kept -> {
            if (kept.isEmpty()) {
                return Future.succeededFuture(Optional.empty());
            }
            Endpoint next = change.apply(kept.get());
            if (next.equals(kept.get())) {
                return Future.succeededFuture(kept);
            }
            return loop.bring(shelf.replace(kept.get(), next)).compose(replaced -> {
                if (replaced) {
                    read();
                    return Future.succeededFuture(Optional.of(next));
                }
                return tries > 1
                        ? update(tenant, id, change, tries - 1)
                        : Future.failedFuture("somebody else changes it all the time");
            });
        });
    }
}
