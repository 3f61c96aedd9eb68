package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import com.hazelcast.map.listener.EntryMergedListener;
import com.hazelcast.map.listener.EntryRemovedListener;
import com.hazelcast.map.listener.EntryUpdatedListener;
import dev.sessionmesh.cluster.MeshNames;
import dev.sessionmesh.webhook.Endpoint;
import dev.sessionmesh.webhook.EndpointJson;
import dev.sessionmesh.webhook.EndpointShelf;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The webhooks of all tenants, few and small, in a map of their own. The key that signs lies beside them, under a name that no tenant can have. */
public final class HazelcastEndpoints implements EndpointShelf {
    private static final String SIGNING_KEY = "/signing-key";
    /** Says in the cluster's facts that what the archive had is here. */
    private static final String RESTORED = "webhooks-restored";

    private static final long RESTORE_SECONDS = 30;

    private final IMap<String, String> map;
    private final IMap<String, String> meta;
    private final Executor blocking;

    /**
     * Makes a proxy, which blocks.
     *
     * @param blocking where blocking operations run
     */
    public HazelcastEndpoints(HazelcastInstance hazelcast, Executor blocking) {
        this.map = hazelcast.getMap(MeshNames.WEBHOOKS);
        this.meta = hazelcast.getMap(MeshNames.META);
        this.blocking = blocking;
    }

    @Override
    public CompletionStage<Collection<Endpoint>> all() {
        return CompletableFuture.supplyAsync(
                () -> map.entrySet().stream()
                        .filter(entry -> !entry.getKey().equals(SIGNING_KEY))
                        .map(entry -> EndpointJson.decode(entry.getValue()))
                        .toList(),
                blocking);
    }

    @Override
    public CompletionStage<Optional<Endpoint>> get(String tenant, String id) {
        return CompletableFuture.supplyAsync(
                () -> Optional.<String>ofNullable(map.get(key(tenant, id))).map(EndpointJson::decode), blocking);
    }

    @Override
    public CompletionStage<Boolean> add(Endpoint endpoint) {
        return CompletableFuture.supplyAsync(
                () -> map.putIfAbsent(key(endpoint.tenant(), endpoint.id()), EndpointJson.encode(endpoint)) == null,
                blocking);
    }

    @Override
    public CompletionStage<Boolean> replace(Endpoint before, Endpoint after) {
        return CompletableFuture.supplyAsync(
                () -> map.replace(
                        key(before.tenant(), before.id()), EndpointJson.encode(before), EndpointJson.encode(after)),
                blocking);
    }

    @Override
    public CompletionStage<Boolean> remove(String tenant, String id) {
        return CompletableFuture.supplyAsync(() -> map.remove(key(tenant, id)) != null, blocking);
    }

    /** Under a lock, which goes with the node that has it: a webhook that is deleted after somebody has put them all must not be put by another one. */
    @Override
    public CompletionStage<Void> restoreOnce(Kept kept) {
        return CompletableFuture.runAsync(
                () -> {
                    if (meta.containsKey(RESTORED)) {
                        return;
                    }
                    meta.lock(RESTORED);
                    try {
                        if (!meta.containsKey(RESTORED)) {
                            kept.all()
                                    .toCompletableFuture()
                                    .orTimeout(RESTORE_SECONDS, TimeUnit.SECONDS)
                                    .join()
                                    .forEach(endpoint -> map.putIfAbsent(
                                            key(endpoint.tenant(), endpoint.id()), EndpointJson.encode(endpoint)));
                            meta.set(RESTORED, "true");
                        }
                    } finally {
                        meta.unlock(RESTORED);
                    }
                },
                blocking);
    }

    @Override
    public void onChange(Runnable changed) {
        map.addEntryListener((EntryAddedListener<String, String>) event -> changed.run(), false);
        map.addEntryListener((EntryUpdatedListener<String, String>) event -> changed.run(), false);
        map.addEntryListener((EntryRemovedListener<String, String>) event -> changed.run(), false);
        map.addEntryListener((EntryMergedListener<String, String>) event -> changed.run(), false);
    }

    @Override
    public CompletionStage<String> agreeOnKey(String candidate) {
        return CompletableFuture.supplyAsync(
                () -> {
                    @Nullable String before = map.putIfAbsent(SIGNING_KEY, candidate);
                    return before == null ? candidate : before;
                },
                blocking);
    }

    private static String key(String tenant, String id) {
        return tenant + "/" + id;
    }
}
