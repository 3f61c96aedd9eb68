package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.query.Predicates;
import dev.sessionmesh.cluster.MeshNames;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.custody.Remains;
import dev.sessionmesh.custody.Tombstone;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Looks into every map for what is of a session, instead of trusting what the session knows of it. */
public final class HazelcastRemains implements Remains {
    private final HazelcastMaps maps;
    private final IMap<String, byte[]> lost;
    private final IMap<NamedPart, long[]> cursors;
    private final Executor blocking;

    /**
     * Makes proxies, which blocks.
     *
     * @param blocking where blocking operations run
     */
    public HazelcastRemains(HazelcastInstance hazelcast, HazelcastMaps maps, Executor blocking) {
        this.maps = maps;
        this.lost = hazelcast.getMap(MeshNames.LOST_AND_FOUND);
        this.cursors = hazelcast.getMap(MeshNames.WEBHOOK_CURSORS);
        this.blocking = blocking;
    }

    @Override
    public CompletionStage<Count> count(SessionKey key) {
        return CompletableFuture.supplyAsync(() -> counted(key), blocking);
    }

    private Count counted(SessionKey key) {
        String name = key.toString();
        @Nullable Slot slot = maps.sessions().get(name);
        Optional<SessionRecord> there =
                switch (slot) {
                    case null -> Optional.empty();
                    case Slot.Live live -> Optional.of(live.session());
                    case Slot.Waking waking -> Optional.of(waking.session());
                    case Slot.Deleted deleted -> Optional.empty();
                };
        return new Count(
                there.isPresent() ? 1 : 0,
                there.map(SessionRecord::head).orElse(0L),
                parts(name).size(),
                blobs(name).size(),
                lostOf(key).size(),
                cursors.keySet(Predicates.partitionPredicate(name, new CursorsOf(name, "")))
                        .size(),
                slot instanceof Slot.Deleted deleted
                        ? Optional.of(new Tombstone(deleted.at(), deleted.head()))
                        : Optional.empty());
    }

    private List<ChunkKey> parts(String name) {
        return maps.chunks().keySet(Predicates.partitionPredicate(name, Predicates.alwaysTrue())).stream()
                .filter(part -> part.session().equals(name))
                .toList();
    }

    private List<NamedPart> blobs(String name) {
        return maps.blobs().keySet(Predicates.partitionPredicate(name, Predicates.alwaysTrue())).stream()
                .filter(blob -> blob.session().equals(name))
                .toList();
    }

    /** The id of an entry may begin like that of another session: what is in it says whose it is. */
    private List<String> lostOf(SessionKey key) {
        String beginning = key.tenant() + "." + key.id() + "-";
        return lost.keySet().stream()
                .filter(id -> id.startsWith(beginning))
                .filter(id -> {
                    byte @Nullable [] entry = lost.get(id);
                    if (entry == null) {
                        return false;
                    }
                    JsonObject said = new JsonObject(new String(entry, StandardCharsets.UTF_8));
                    return key.tenant().equals(said.getString("tenant"))
                            && key.id().equals(said.getString("session"));
                })
                .toList();
    }

    @Override
    public CompletionStage<?> sweep(SessionKey key) {
        String name = key.toString();
        return CompletableFuture.runAsync(
                () -> {
                    parts(name).forEach(maps.chunks()::delete);
                    blobs(name).forEach(maps.blobs()::delete);
                    lostOf(key).forEach(lost::delete);
                    cursors.removeAll(Predicates.partitionPredicate(name, new CursorsOf(name, "")));
                },
                blocking);
    }
}
