package dev.sessionmesh.store.hazelcast;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.PartitionService;
import dev.sessionmesh.console.SessionQuery;
import dev.sessionmesh.console.SessionRow;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.port.SessionStore.Subscriber;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.Turn;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * Finds sessions among those that this member owns, for its operator. It looks at all of them, as {@link Census} does, so only so many may look at
 * the same time.
 */
public final class SessionFinder {
    private static final int AT_ONCE = 2;

    private final HazelcastInstance hazelcast;
    private final PartitionService partitions;
    private final LocalSessions local;
    private final Executor blocking;
    private final Semaphore looking = new Semaphore(AT_ONCE);

    /** @param blocking where it looks */
    public SessionFinder(HazelcastInstance hazelcast, LocalSessions local, Executor blocking) {
        this.hazelcast = hazelcast;
        this.partitions = hazelcast.getPartitionService();
        this.local = local;
        this.blocking = blocking;
    }

    /** The first ones by key, and one more than the limit when there are more. */
    public CompletableFuture<List<SessionRow>> find(SessionQuery query) {
        return CompletableFuture.supplyAsync(
                () -> {
                    if (!looking.tryAcquire()) {
                        throw new IllegalStateException(ErrorCode.BUSY.wire() + ": others look for sessions now");
                    }
                    try {
                        return look(query);
                    } finally {
                        looking.release();
                    }
                },
                blocking);
    }

    private List<SessionRow> look(SessionQuery query) {
        var self = hazelcast.getCluster().getLocalMember();
        int most = query.limit() + 1;
        PriorityQueue<SessionRow> first =
                new PriorityQueue<>(Comparator.comparing(SessionRow::key).reversed());
        for (String key : local.keys()) {
            boolean tooLate =
                    first.size() == most && key.compareTo(first.element().key()) > 0;
            if (tooLate
                    || !query.mayMatch(key)
                    || !self.equals(partitions.getPartition(key).getOwner())) {
                continue;
            }
            local.get(key)
                    .map(record -> row(key, record))
                    .filter(query::matches)
                    .ifPresent(first::add);
            if (first.size() > most) {
                first.remove();
            }
        }
        return first.stream().sorted(Comparator.comparing(SessionRow::key)).toList();
    }

    private static SessionRow row(String key, SessionRecord record) {
        State state = record.state();
        Optional<Turn> current = state.current();
        return new SessionRow(
                key,
                current.map(turn -> turn.status().name().toLowerCase(Locale.ROOT))
                        .orElse(SessionRow.IDLE),
                current.map(turn -> new SessionRow.Run(turn.id(), turn.runEpoch(), runner(turn))),
                record.durableSeq(),
                (int) state.calls().stream().filter(SessionFinder::waits).count(),
                state.queue().size(),
                state.profile().model(),
                state.createdAt(),
                state.lastAt(),
                record.subscribers().stream().map(Subscriber::node).distinct().toList());
    }

    private static String runner(Turn turn) {
        return turn.runner().equals(Runner.NONE) ? "" : turn.runner().node();
    }

    private static boolean waits(ToolCall call) {
        return call.approval().isPresent();
    }
}
