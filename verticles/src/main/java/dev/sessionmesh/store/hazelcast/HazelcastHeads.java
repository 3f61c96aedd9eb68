package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.partition.MigrationListener;
import com.hazelcast.partition.MigrationState;
import com.hazelcast.partition.Partition;
import com.hazelcast.partition.PartitionService;
import com.hazelcast.partition.ReplicaMigrationEvent;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.Turn;
import dev.sessionmesh.webhook.OwnedHeads;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The sessions of this member's partitions, from what {@link LocalSessions} knows: copies held as a backup before, and what {@link Adoption} touches.
 */
public final class HazelcastHeads implements OwnedHeads {
    private final HazelcastInstance hazelcast;
    private final IMap<String, Slot> sessions;
    private final PartitionService partitions;
    private final LocalSessions local;
    private final BooleanSupplier quorum;
    private final Set<Integer> known = ConcurrentHashMap.newKeySet();

    /**
     * Makes a proxy, which blocks.
     *
     * @param quorum whether this node belongs to a majority: without, the other side may own what this one seems to
     */
    public HazelcastHeads(HazelcastInstance hazelcast, LocalSessions local, BooleanSupplier quorum) {
        this.quorum = quorum;
        this.hazelcast = hazelcast;
        this.sessions = hazelcast.getMap(HazelcastSessionStore.SESSIONS);
        this.partitions = hazelcast.getPartitionService();
        this.local = local;
        partitions.addMigrationListener(new MigrationListener() {
            @Override
            public void migrationStarted(MigrationState state) {}

            @Override
            public void migrationFinished(MigrationState state) {}

            /** It may go and come back between two looks. */
            @Override
            public void replicaMigrationCompleted(ReplicaMigrationEvent event) {
                if (event.getReplicaIndex() == 0) {
                    known.remove(event.getPartitionId());
                }
            }

            @Override
            public void replicaMigrationFailed(ReplicaMigrationEvent event) {}
        });
    }

    @Override
    public boolean isOwned(SessionKey key) {
        return isMine(partitions.getPartition(key.toString()));
    }

    @Override
    public Optional<Head> head(SessionKey key) {
        return local.get(key.toString())
                .map(SessionRecord::state)
                .map(state -> new Head(
                        state.createdAt(),
                        state.profile(),
                        state.head(),
                        state.lastAt(),
                        state.lineage(),
                        trace(state)));
    }

    private static String trace(State state) {
        return state.current()
                .or(() -> state.turns().stream().findFirst())
                .map(Turn::trace)
                .orElse("");
    }

    @Override
    public boolean isDeleted(SessionKey key) {
        return local.isBuried(key.toString());
    }

    @Override
    public Optional<Tombstone> tombstone(SessionKey key) {
        return Optional.ofNullable(local.buried().get(key.toString()))
                .map(deleted -> new Tombstone(deleted.head(), deleted.at()));
    }

    @Override
    public CompletionStage<Void> told(SessionKey key) {
        try {
            return sessions.submitToKey(key.toString(), new ToldProcessor()).thenApply(done -> null);
        } catch (RuntimeException refused) {
            return CompletableFuture.failedStage(refused);
        }
    }

    @Override
    public Collection<SessionKey> all() {
        return of(owned());
    }

    @Override
    public Collection<SessionKey> adopted() {
        Set<Integer> owned = owned();
        Set<Integer> fresh = new HashSet<>(owned);
        fresh.removeAll(known);
        known.retainAll(owned);
        known.addAll(fresh);
        return fresh.isEmpty() ? List.of() : of(fresh);
    }

    @Override
    public void missed(SessionKey key) {
        known.remove(partitions.getPartition(key.toString()).getPartitionId());
    }

    @Override
    public void onChange(Consumer<String> changed) {
        local.onAnyChange(changed);
    }

    @Override
    public void onDelete(Predicate<SessionKey> wanted) {
        local.onDelete(name -> wanted.test(key(name)));
    }

    private Collection<SessionKey> of(Set<Integer> wanted) {
        return Stream.concat(local.keys().stream(), local.buried().keySet().stream())
                .filter(name -> wanted.contains(partitions.getPartition(name).getPartitionId()))
                .map(HazelcastHeads::key)
                .toList();
    }

    private Set<Integer> owned() {
        return partitions.getPartitions().stream()
                .filter(this::isMine)
                .map(Partition::getPartitionId)
                .collect(Collectors.toSet());
    }

    private boolean isMine(Partition partition) {
        return quorum.getAsBoolean() && hazelcast.getCluster().getLocalMember().equals(partition.getOwner());
    }

    static SessionKey key(String name) {
        int slash = name.indexOf('/');
        return new SessionKey(name.substring(0, slash), name.substring(slash + 1));
    }
}
