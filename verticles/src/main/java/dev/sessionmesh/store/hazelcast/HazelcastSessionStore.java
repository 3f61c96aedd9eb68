package dev.sessionmesh.store.hazelcast;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.MigrationListener;
import com.hazelcast.partition.MigrationState;
import com.hazelcast.partition.PartitionService;
import com.hazelcast.partition.ReplicaMigrationEvent;
import dev.sessionmesh.cluster.MeshNames;
import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.codec.StateCodec;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.LongPayloads;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.core.session.State;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The session store on a Hazelcast map: one entry a session, changed only by entry processors on the primary's partition thread. An
 * answer means that every assigned backup applied the same change; when that could not be made sure, the same command is sent again
 * until it is (see {@link Retrying}).
 */
public final class HazelcastSessionStore implements SessionStore {
    public static final String SESSIONS = MeshNames.SESSIONS;
    public static final String CHUNKS = MeshNames.CHUNKS;
    public static final String BLOBS = MeshNames.BLOBS;

    private static final long SMALL = 100;
    private static final int REPLAYED_BYTES = 1 << 20;

    private final LogReader log;
    private final BlobShelf blobs;
    private final Limits limits;
    private final Session machine;
    private final Retrying retrying;
    private final Listing listing;
    private final InstantSource clock;
    private final BooleanSupplier quorum;
    private final Predicate<String> degraded;
    private final LongSupplier random;
    private final StoreMeters meters;
    private final Background background;

    /**
     * @param quorum whether this node may write
     * @param degraded whether a session's partition has fewer copies than configured for the moment
     * @param random draws names of histories and of deletions
     * @param blocking where blocking reads run
     */
    public HazelcastSessionStore(
            HazelcastMaps maps,
            Limits limits,
            BooleanSupplier quorum,
            Predicate<String> degraded,
            LongSupplier random,
            InstantSource clock,
            Executor blocking) {
        this(maps, limits, quorum, degraded, random, clock, blocking, StoreMeters.unread());
    }

    public HazelcastSessionStore(
            HazelcastMaps maps,
            Limits limits,
            BooleanSupplier quorum,
            Predicate<String> degraded,
            LongSupplier random,
            InstantSource clock,
            Executor blocking,
            StoreMeters meters) {
        this.meters = meters;
        this.background = maps.background();
        this.retrying = new Retrying(maps, meters);
        this.log = new LogReader(maps, retrying, quorum);
        this.blobs = new BlobShelf(maps, retrying, blocking);
        this.limits = limits;
        this.machine = new Session(limits);
        this.listing = new Listing(maps.sessions(), blocking);
        this.clock = clock;
        this.quorum = quorum;
        this.degraded = degraded;
        this.random = random;
    }

    /** From now on tells it when members leave and copies move. */
    public void watch(HazelcastInstance hazelcast) {
        hazelcast.getCluster().addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {}

            @Override
            public void memberRemoved(MembershipEvent event) {
                sendAgain(key -> true);
            }
        });
        PartitionService partitions = hazelcast.getPartitionService();
        partitions.addMigrationListener(new MigrationListener() {
            @Override
            public void migrationStarted(MigrationState state) {}

            @Override
            public void migrationFinished(MigrationState state) {}

            @Override
            public void replicaMigrationCompleted(ReplicaMigrationEvent event) {
                sendAgain(key -> partitions.getPartition(key).getPartitionId() == event.getPartitionId());
            }

            @Override
            public void replicaMigrationFailed(ReplicaMigrationEvent event) {}
        });
    }

    /** Of these sessions a copy may be gone or have moved: what waits for it is sent again. */
    public void sendAgain(Predicate<String> keys) {
        retrying.sendAgain(keys);
    }

    @Override
    public CompletionStage<Outcome<Created>> create(SessionKey key, Profile profile, long at) {
        if (!quorum.getAsBoolean()) {
            return CompletableFuture.completedStage(noQuorum());
        }
        State state = State.create(key, profile, random.getAsLong(), at);
        return retrying.submit(key.toString(), () -> new CreateProcessor(state))
                .thenApply(reply -> switch (reply.kind) {
                    case Reply.REFUSED -> reply.refusal();
                    default -> Outcome.done(new Created(StateCodec.decode(reply.state), reply.kind == Reply.OK));
                });
    }

    @Override
    public CompletionStage<Outcome<Appended>> submit(Envelope envelope) {
        if (!quorum.getAsBoolean()) {
            meters.refused(envelope.command(), ErrorCode.NO_QUORUM, 0);
            return CompletableFuture.completedStage(noQuorum());
        }
        return switch (LongPayloads.takenFrom(envelope, limits)) {
            case Outcome.Refused<LongPayloads> refused -> {
                meters.refused(envelope.command(), refused.code(), 0);
                yield CompletableFuture.completedStage(refused.as());
            }
            case Outcome.Done<LongPayloads>(LongPayloads taken)
            when taken.blobs().isEmpty() -> append(envelope);
            case Outcome.Done<LongPayloads>(LongPayloads taken) -> storeAndAppend(taken);
        };
    }

    private CompletionStage<Outcome<Appended>> storeAndAppend(LongPayloads taken) {
        return blobs.store(taken).thenCompose(stored -> switch (stored) {
            case Outcome.Refused<Boolean> refused -> CompletableFuture.completedStage(refused.as());
            case Outcome.Done<Boolean> done ->
                append(taken.envelope()).thenApply(outcome -> {
                    if (isDeleted(outcome)) {
                        // Its deletion may have looked for blobs before these were stored.
                        blobs.discard(taken.envelope().key().toString());
                    }
                    return outcome;
                });
        });
    }

    private static boolean isDeleted(Outcome<?> outcome) {
        return outcome instanceof Outcome.Refused<?> refused && refused.code() == ErrorCode.SESSION_DELETED;
    }

    private CompletionStage<Outcome<Appended>> append(Envelope envelope) {
        String key = envelope.key().toString();
        long begun = background.nanos();
        IntFunction<RecordProcessor> decide = tries -> new DecideProcessor(envelope, tries > 1);
        CompletionStage<Reply> answer = envelope.command() instanceof Command.Produce produce
                ? retrying.produce(key, size(produce), decide)
                : retrying.submit(key, decide);
        return answer.thenApply(reply -> {
            long took = background.nanos() - begun;
            if (reply.kind == Reply.REFUSED) {
                meters.refused(envelope.command(), reply.code, took);
                return reply.refusal();
            }
            // A side that lost its majority while the append was under way must not acknowledge it.
            if (!quorum.getAsBoolean()) {
                meters.refused(envelope.command(), ErrorCode.NO_QUORUM, took);
                return noQuorum();
            }
            meters.done(envelope.command(), took);
            if (reply.subscribers.isEmpty()) {
                // Those who follow a session say what is durable; here nobody would.
                log.settle(key, reply.to);
            }
            return Outcome.done(counted(appended(key, reply)));
        });
    }

    private Appended counted(Appended appended) {
        if (appended.duplicate()) {
            meters.repeated.increment();
        } else if (appended.from() > 0) {
            meters.events.add(appended.to() - appended.from() + 1);
        }
        if (appended.degraded()) {
            meters.degraded.increment();
        }
        return appended;
    }

    private static long size(Command.Produce produce) {
        long chars = 0;
        for (Output output : produce.outputs()) {
            chars += output instanceof Output.Text text ? text.run().text().length() : SMALL;
        }
        return chars;
    }

    @Override
    public CompletionStage<Outcome<Slice>> read(SessionKey key, long after, int maxBytes) {
        return log.read(key.toString(), after, maxBytes);
    }

    @Override
    public CompletionStage<Outcome<byte[]>> blob(SessionKey key, String hash) {
        return blobs.read(key.toString(), hash);
    }

    @Override
    public CompletionStage<Outcome<State>> view(SessionKey key) {
        String name = key.toString();
        return log.exact(name)
                .thenCompose(reply -> reply.kind == Reply.REFUSED
                        ? CompletableFuture.completedStage(reply.refusal())
                        : shown(name, reply));
    }

    /** The state as far as it may be shown. */
    private CompletionStage<Outcome<State>> shown(String key, Reply reply) {
        State state = StateCodec.decode(reply.state);
        return reply.kind == Reply.UNCERTAIN
                ? replay(key, state.atStart(), reply.head)
                : CompletableFuture.completedStage(Outcome.done(state));
    }

    private CompletionStage<Outcome<State>> replay(String key, State from, long to) {
        if (from.head() >= to) {
            return CompletableFuture.completedStage(Outcome.done(from));
        }
        return log.read(key, from.head(), REPLAYED_BYTES).thenCompose(outcome -> switch (outcome) {
            case Outcome.Refused<Slice> refused -> CompletableFuture.completedStage(refused.as());
            case Outcome.Done<Slice>(Slice slice) -> {
                State state = from;
                for (EventBatch batch : slice.batches()) {
                    state = machine.replay(state, batch);
                }
                yield slice.batches().isEmpty()
                        ? CompletableFuture.completedStage(Outcome.done(state))
                        : replay(key, state, Math.min(to, slice.head()));
            }
        });
    }

    /**
     * Has every copy of a session confirm that it is what the primary has, to the byte, and changes none that is not.
     *
     * @return the head; {@code unavailable} when a copy differs or does not answer in time
     */
    public CompletionStage<Outcome<Long>> compare(SessionKey key) {
        return retrying.submit(key.toString(), () -> new ReadProcessor(0, 0, 0, false, true))
                .thenApply(reply -> reply.kind == Reply.REFUSED ? reply.refusal() : Outcome.done(reply.head));
    }

    @Override
    public CompletionStage<Outcome<Attached>> attach(SessionKey key, Subscriber subscriber) {
        String name = key.toString();
        return retrying.submit(name, tries -> new SubscribeProcessor(subscriber, true, tries > 1)
                        .inPart(!quorum.getAsBoolean()))
                .thenCompose(reply -> {
                    if (reply.kind == Reply.REFUSED) {
                        return CompletableFuture.completedStage(reply.refusal());
                    }
                    log.raise(name, reply.head);
                    return shown(name, reply).thenApply(outcome -> switch (outcome) {
                        case Outcome.Refused<State> refused -> refused.as();
                        case Outcome.Done<State>(State state) -> Outcome.done(new Attached(state));
                    });
                });
    }

    @Override
    public CompletionStage<Outcome<Boolean>> detach(SessionKey key, Subscriber subscriber) {
        return retrying.submit(key.toString(), tries -> new SubscribeProcessor(subscriber, false, tries > 1))
                .thenApply(
                        reply -> reply.kind == Reply.REFUSED ? reply.refusal() : Outcome.done(reply.kind == Reply.OK));
    }

    @Override
    public CompletionStage<Outcome<Boolean>> delete(SessionKey key) {
        String name = key.toString();
        long at = clock.millis();
        long by = random.getAsLong();
        return retrying.submit(name, () -> new DeleteProcessor(at, by)).thenApply(reply -> {
            if (reply.kind == Reply.REFUSED) {
                if (reply.code == ErrorCode.SESSION_DELETED) {
                    blobs.discard(name);
                }
                return reply.refusal();
            }
            blobs.discard(name);
            log.discard(name, reply.chunks);
            return Outcome.done(true);
        });
    }

    @Override
    public CompletionStage<Outcome<List<String>>> list(
            String tenant, String after, int limit, Predicate<String> shown) {
        return listing.list(tenant, after, limit, shown);
    }

    private Appended appended(String key, Reply reply) {
        EventBatch batch = reply.batch
                .or(() -> reply.segments.stream().findFirst().map(segment -> BatchCodec.decode(segment.bytes())))
                .orElseGet(() -> new EventBatch(reply.head + 1, 0, List.of()));
        return new Appended(
                reply.from, reply.to, batch, reply.kind == Reply.REPEATED, degraded.test(key), reply.subscribers);
    }

    private static <T> Outcome<T> noQuorum() {
        return Outcome.refused(ErrorCode.NO_QUORUM, "this side of the cluster may not write");
    }
}
