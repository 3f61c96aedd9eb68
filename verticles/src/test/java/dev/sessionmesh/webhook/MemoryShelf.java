package dev.sessionmesh.webhook;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/** Webhooks in memory, kept in the form in which nodes keep them. */
public final class MemoryShelf implements EndpointShelf {
    private final Map<String, String> kept = new ConcurrentHashMap<>();
    private final AtomicBoolean restored = new AtomicBoolean();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    @Override
    public CompletionStage<Collection<Endpoint>> all() {
        return now(kept.values().stream().map(EndpointJson::decode).toList());
    }

    @Override
    public CompletionStage<Optional<Endpoint>> get(String tenant, String id) {
        return now(Optional.ofNullable(kept.get(tenant + "/" + id)).map(EndpointJson::decode));
    }

    @Override
    public CompletionStage<Boolean> add(Endpoint endpoint) {
        return told(kept.putIfAbsent(endpoint.key(), EndpointJson.encode(endpoint)) == null);
    }

    @Override
    public CompletionStage<Boolean> replace(Endpoint before, Endpoint after) {
        return told(kept.replace(before.key(), EndpointJson.encode(before), EndpointJson.encode(after)));
    }

    @Override
    public CompletionStage<Boolean> remove(String tenant, String id) {
        return told(kept.remove(tenant + "/" + id) != null);
    }

    @Override
    public CompletionStage<Void> restoreOnce(Kept all) {
        return all.all().thenAccept(before -> {
            if (restored.compareAndSet(false, true)) {
                before.forEach(endpoint -> kept.putIfAbsent(endpoint.key(), EndpointJson.encode(endpoint)));
            }
        });
    }

    @Override
    public void onChange(Runnable changed) {
        listeners.add(changed);
    }

    @Override
    public CompletionStage<String> agreeOnKey(String candidate) {
        return now(candidate);
    }

    private CompletionStage<Boolean> told(boolean changed) {
        listeners.forEach(Runnable::run);
        return now(changed);
    }

    private static <T> CompletionStage<T> now(T value) {
        return CompletableFuture.completedStage(value);
    }
}
