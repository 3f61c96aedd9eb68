package dev.sessionmesh.cluster;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.core.IExecutorService;
import com.hazelcast.core.LifecycleEvent;
import dev.sessionmesh.cluster.agreement.AgreedView;
import dev.sessionmesh.cluster.agreement.AgreementSettings;
import dev.sessionmesh.cluster.agreement.FileViewStore;
import dev.sessionmesh.cluster.agreement.InMemoryViewStore;
import dev.sessionmesh.cluster.agreement.Input;
import dev.sessionmesh.cluster.agreement.Output;
import dev.sessionmesh.cluster.agreement.Remembered;
import dev.sessionmesh.cluster.agreement.Standing;
import dev.sessionmesh.cluster.agreement.View;
import dev.sessionmesh.cluster.agreement.ViewCodec;
import dev.sessionmesh.cluster.agreement.ViewStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@link AgreedView} on a real cluster: one thread feeds it and carries out what it says. Hazelcast's threads only
 * hand over to that thread, and a full mailbox drops, as the network may.
 *
 * <p>Messages travel as tasks to one member each, through an executor service of one thread: it is in the open-source
 * edition, submits without blocking, fails at once when the member is gone, and, unlike a topic's listeners, has no
 * registrations that would have to survive splits and merges.
 */
public final class ClusterQuorum implements Agreement {
    static final String CONTEXT_KEY = ClusterQuorum.class.getName();
    private static final Logger LOG = LoggerFactory.getLogger(ClusterQuorum.class);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int MAILBOX_MAX = 4_096;

    private final HazelcastInstance hazelcast;
    private final Cluster cluster;
    private final ConcurrentMap<String, Object> context;
    private final ViewStore store;
    private final AgreedView agreement;
    private final IExecutorService network;
    private final PartitionSafety safety;
    private final QuorumGuard guard;
    private final List<QuorumListener> listeners = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> leaveSettled = new CompletableFuture<>();
    private final AtomicInteger mailbox = new AtomicInteger();
    private final LongAdder dropped = new LongAdder();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("mesh-view").daemon().factory());
    private volatile View view;
    private volatile Basis basis = new Basis(Set.of(), Standing.NONE);
    private Set<Member> lastMembers = Set.of();
    private Optional<Input.Membership> lastMembership = Optional.empty();

    /** What the published answer was found from. */
    private record Basis(Set<Member> members, Standing standing) {
        /** Hazelcast makes a new set for each new list. */
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(Set<Member> now) {
            return members == now;
        }
    }

    private ClusterQuorum(HazelcastInstance hazelcast, ClusterSettings settings, ViewStore store, Remembered before) {
        this.hazelcast = hazelcast;
        this.cluster = hazelcast.getCluster();
        this.context = hazelcast.getUserContext();
        this.store = store;
        this.agreement = new AgreedView(
                new AgreementSettings(
                        settings.node().name(),
                        settings.redundancy().initialMembers(),
                        settings.detection().holdDown(),
                        stillAlive(settings),
                        RETRY,
                        () -> UUID.randomUUID().toString()),
                before);
        this.view = agreement.view();
        this.guard = new QuorumGuard(System::nanoTime, stillAlive(settings));
        this.network = hazelcast.getExecutorService(MeshNames.VIEW_EXECUTOR);
        this.safety = new PartitionSafety(hazelcast.getPartitionService());
    }

    /**
     * Blocks for a moment: call it once, off the event loops, on an instance configured by {@link HazelcastConfigs}.
     *
     * @throws IOException when the state directory holds something that cannot be trusted
     */
    public static ClusterQuorum start(HazelcastInstance hazelcast, ClusterSettings settings) throws IOException {
        ViewStore store = settings.stateDir().<ViewStore>map(FileViewStore::new).orElseGet(InMemoryViewStore::new);
        var quorum = new ClusterQuorum(hazelcast, settings, store, store.load());
        quorum.listen();
        return quorum;
    }

    /**
     * How long a silence means nothing. Well before Hazelcast gives a member up: this is how long both sides of a fresh cut
     * may write, and a member that was silent for longer asks before it writes again. Strict nodes believe nobody for longer than a
     * heartbeat, and pay with refusals whenever a process stands still for that long.
     */
    static Duration stillAlive(ClusterSettings settings) {
        return settings.strict()
                ? settings.detection().heartbeatInterval()
                : settings.detection().heartbeatTimeout().dividedBy(2);
    }

    private void listen() {
        context.put(CONTEXT_KEY, this);
        cluster.addMembershipListener(new MembershipListener() {
            @Override
            public void memberAdded(MembershipEvent event) {
                handOver(ClusterQuorum.this::refresh);
            }

            @Override
            public void memberRemoved(MembershipEvent event) {
                handOver(ClusterQuorum.this::refresh);
            }
        });
        hazelcast.getLifecycleService().addLifecycleListener(this::lifecycleChanged);
        // tick() fails the guard by itself; nobody needs the future.
        var unused = thread.scheduleWithFixedDelay(this::tick, 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Asks the cluster as well: an append may learn that a member is gone, and be sent again without it, before the agreement does. */
    @Override
    public boolean hasQuorum() {
        if (!guard.hasQuorum()) {
            return false;
        }
        Basis known = basis;
        var members = cluster.getMembers();
        return known.isOf(members) || known.standing().hasQuorumAmong(incarnations(members)::contains);
    }

    @Override
    public boolean isSettled() {
        Basis known = basis;
        return known.isOf(cluster.getMembers()) && known.standing().isSettled();
    }

    private static Set<String> incarnations(Set<Member> members) {
        return members.stream().map(member -> member.getUuid().toString()).collect(Collectors.toSet());
    }

    @Override
    public View view() {
        return view;
    }

    @Override
    public long losses() {
        return guard.losses();
    }

    /** Messages that came faster than they were read. */
    public long dropped() {
        return dropped.sum();
    }

    @Override
    public void addListener(QuorumListener listener) {
        listeners.add(listener);
    }

    @Override
    public CompletableFuture<Void> announceLeave() {
        handOver(() -> feed(new Input.Leave()));
        return leaveSettled.copy();
    }

    @Override
    public CompletableFuture<View> forget(String name) {
        var answer = new CompletableFuture<View>();
        handOver(() -> {
            refresh(); // an operator may have seen that it is gone before we were told
            var refused = feed(new Input.Forget(name)).stream()
                    .filter(Output.Refused.class::isInstance)
                    .map(Output.Refused.class::cast)
                    .findFirst();
            refused.ifPresentOrElse(
                    why -> answer.completeExceptionally(new IllegalArgumentException(why.code() + ": " + why.text())),
                    () -> answer.complete(agreement.view()));
        });
        return answer;
    }

    @Override
    public void close() {
        guard.fail();
        context.remove(CONTEXT_KEY, this);
        thread.shutdown(); // without an interrupt, which would break off a write to the state directory
    }

    /** From a Hazelcast thread. */
    void receive(byte[] envelope) {
        if (mailbox.incrementAndGet() > MAILBOX_MAX) {
            mailbox.decrementAndGet();
            dropped.increment();
            return;
        }
        handOver(() -> {
            mailbox.decrementAndGet();
            try {
                feed(new Input.Received(ViewCodec.decodeEnvelope(envelope)));
            } catch (IllegalArgumentException unreadable) {
                dropped.increment();
                LOG.warn("unreadable agreement message dropped: {}", unreadable.getMessage());
            }
        });
    }

    private void lifecycleChanged(LifecycleEvent event) {
        switch (event.getState()) {
            case MERGING -> handOver(() -> feed(new Input.Merged()));
            case MERGE_FAILED, MERGED -> handOver(this::refresh);
            case SHUTTING_DOWN, SHUTDOWN -> guard.fail();
            default -> {} // starting up, and the states of clients
        }
    }

    private void handOver(Runnable work) {
        try {
            thread.execute(() -> guarded(work));
        } catch (RejectedExecutionException closed) {
            LOG.debug("agreement is closed");
        }
    }

    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException bug) {
            LOG.error("agreement failed; this node stops writing", bug);
            if (guard.fail()) {
                listeners.forEach(QuorumListener::failed);
            }
        }
    }

    private void tick() {
        guarded(() -> {
            if (!guard.beat()) {
                LOG.warn("this node stood still; it hears from the others before it writes again");
                feed(new Input.Woke());
            }
            refresh();
            feed(new Input.Tick(safety.isSafe(agreement.waitsForSomebody())));
        });
    }

    private void refresh() {
        try {
            var members = cluster.getMembers();
            lastMembers = members;
            var membership = membership(members);
            if (!lastMembership.equals(Optional.of(membership))) {
                lastMembership = Optional.of(membership);
                safety.membersChanged();
                feed(membership);
            } else {
                basis = new Basis(members, agreement.standing()); // another list of the same nodes
            }
        } catch (HazelcastInstanceNotActiveException stopping) {
            publish(false);
        }
    }

    private Input.Membership membership(Set<Member> all) {
        var members = all.stream()
                .filter(ClusterQuorum::hasVote)
                .map(member -> new Input.Member(
                        member.getAttribute(MeshNames.ATTRIBUTE_NODE),
                        member.getUuid().toString()))
                .toList();
        return new Input.Membership(cluster.getLocalMember().getUuid().toString(), members);
    }

    /** Those that hold sessions. A gateway comes and goes as there is traffic, and takes nothing with it. */
    static boolean hasVote(Member member) {
        return !member.isLiteMember() && member.getAttribute(MeshNames.ATTRIBUTE_NODE) != null;
    }

    private List<Output> feed(Input input) {
        var outputs = agreement.on(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()), input);
        // Lost at once; gained only after the outputs, so that what it rests on is on the disk.
        if (!agreement.hasQuorum()) {
            publish(false);
        }
        outputs.forEach(this::carryOut);
        view = agreement.view();
        basis = new Basis(lastMembers, agreement.standing());
        publish(agreement.hasQuorum());
        return outputs;
    }

    private void carryOut(Output output) {
        switch (output) {
            case Output.Persist persist -> persist(persist.remembered());
            case Output.Send send -> send(send);
            case Output.ViewChanged changed -> {
                LOG.info("{} -> {}", changed.before(), changed.after());
                view = changed.after();
                listeners.forEach(listener -> listener.viewChanged(changed.before(), changed.after()));
            }
            case Output.LeaveSettled() -> leaveSettled.complete(null);
            case Output.Warn warn -> {
                LOG.warn("{}: {}", warn.code(), warn.text());
                listeners.forEach(listener -> listener.warned(warn.code(), warn.text()));
            }
            case Output.Refused refused -> LOG.warn("{}: {}", refused.code(), refused.text());
        }
    }

    private void persist(Remembered remembered) {
        try {
            store.save(remembered);
        } catch (IOException lost) {
            // Ends this input's outputs: a vote that is not on the disk must not reach the network.
            throw new IllegalStateException("the state directory cannot be written", lost);
        }
    }

    private void send(Output.Send send) {
        var bytes = ViewCodec.encode(send.envelope());
        try {
            for (var member : cluster.getMembers()) {
                if (isAddressed(send, member)) {
                    network.executeOnMember(new ViewDelivery(bytes), member);
                }
            }
        } catch (RuntimeException gone) {
            LOG.debug("not sent, the next tick repeats it: {}", gone.toString());
        }
    }

    private static boolean isAddressed(Output.Send send, Member member) {
        var name = member.getAttribute(MeshNames.ATTRIBUTE_NODE);
        return name != null
                && send.to().contains(name)
                && member.getUuid().toString().equals(send.envelope().present().get(name));
    }

    private void publish(boolean quorum) {
        if (guard.set(quorum)) {
            LOG.info("quorum {} at {}", quorum ? "gained" : "lost", agreement.view());
            listeners.forEach(listener -> listener.quorumChanged(quorum));
        }
    }
}
