package dev.sessionmesh.store.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.PartitionService;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.routing.OwnedSessions;
import dev.sessionmesh.routing.Placement;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Placement and ownership as Hazelcast's partition table has it. */
public final class HazelcastPlacement implements Placement, OwnedSessions {
    private final PartitionService partitions;
    private final String self;
    private final LocalSessions local;
    private final LogReader log;
    private final Sealer sealer;
    private final Predicate<String> gone;
    private final Set<String> confirming = ConcurrentHashMap.newKeySet();

    public HazelcastPlacement(
            HazelcastInstance hazelcast,
            HazelcastMaps maps,
            LocalSessions local,
            Sealer sealer,
            Predicate<String> gone) {
        this.partitions = hazelcast.getPartitionService();
        this.self = hazelcast.getCluster().getLocalMember().getUuid().toString();
        this.local = local;
        this.log = new LogReader(maps, new Retrying(maps), () -> true);
        this.sealer = sealer;
        this.gone = gone;
    }

    @Override
    public String self() {
        return self;
    }

    @Override
    public String ownerOf(SessionKey key) {
        @Nullable Member owner = partitions.getPartition(key.toString()).getOwner();
        return owner == null ? "" : owner.getUuid().toString();
    }

    @Override
    public Gap compare(SessionKey key, String follower, long seq, long generation) {
        if (!ownerOf(key).equals(self)) {
            return Gap.NONE;
        }
        Optional<SessionRecord> held = local.get(key.toString());
        if (held.isEmpty()) {
            // Deleted, or not noticed here yet: reading finds out.
            return Gap.BEHIND;
        }
        SessionRecord session = held.get();
        boolean known =
                session.subscribers().stream().anyMatch(s -> s.node().equals(follower) && s.generation() >= generation);
        if (!known) {
            return Gap.UNKNOWN;
        }
        if (session.durableSeq() > seq) {
            return Gap.BEHIND;
        }
        if (session.durableSeq() < seq && seq <= session.head()) {
            // Nobody follows what is not on every copy. Known here, it can be read here even without a majority.
            log.settle(key.toString(), seq);
        }
        if (session.head() > seq) {
            confirmHead(key);
        }
        return Gap.NONE;
    }

    /** Has the copies confirm a head that nobody has vouched for; the follower learns of it at the next comparison. */
    private void confirmHead(SessionKey key) {
        String name = key.toString();
        if (confirming.add(name)) {
            var unused = log.exact(name).whenComplete((reply, failure) -> confirming.remove(name));
        }
    }

    @Override
    public Collection<SessionKey> active() {
        return local.active().stream().map(HazelcastPlacement::key).toList();
    }

    @Override
    public Optional<State> owned(SessionKey key) {
        return local.get(key.toString())
                .filter(session -> ownerOf(key).equals(self))
                .map(SessionRecord::state);
    }

    @Override
    public boolean isGone(String incarnation) {
        return gone.test(incarnation);
    }

    @Override
    public void onChange(Consumer<SessionKey> changed) {
        local.onChange(name -> changed.accept(key(name)));
    }

    @Override
    public Collection<SessionKey> waiting() {
        return local.waiting().stream().map(HazelcastPlacement::key).toList();
    }

    @Override
    public void onApprovals(Consumer<SessionKey> changed) {
        local.onApprovals(name -> changed.accept(key(name)));
    }

    @Override
    public void upkeep(SessionKey key) {
        sealer.sealIfLong(key.toString());
    }

    private static SessionKey key(String name) {
        int slash = name.indexOf('/');
        return new SessionKey(name.substring(0, slash), name.substring(slash + 1));
    }
}
