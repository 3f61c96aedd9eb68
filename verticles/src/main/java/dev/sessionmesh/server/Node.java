package dev.sessionmesh.server;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import dev.sessionmesh.access.Admission;
import dev.sessionmesh.access.BackEndKeys;
import dev.sessionmesh.access.TokenKeys;
import dev.sessionmesh.access.quota.QuotaPlan;
import dev.sessionmesh.access.quota.Quotas;
import dev.sessionmesh.access.quota.Usages;
import dev.sessionmesh.cluster.ClusterQuorum;
import dev.sessionmesh.cluster.ClusterSettings;
import dev.sessionmesh.cluster.HazelcastConfigs;
import dev.sessionmesh.cluster.HazelcastWiring;
import dev.sessionmesh.cluster.JvmFlags;
import dev.sessionmesh.cluster.PartitionLoss;
import dev.sessionmesh.cluster.QuorumListener;
import dev.sessionmesh.cluster.Replicas;
import dev.sessionmesh.cluster.SelfCheck;
import dev.sessionmesh.cluster.SettingsTable;
import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.codec.Bundle;
import dev.sessionmesh.codec.BundleCodec;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.gateway.GatewayVerticle;
import dev.sessionmesh.gateway.http.ClusterView;
import dev.sessionmesh.gateway.http.Health;
import dev.sessionmesh.gateway.http.HttpApi;
import dev.sessionmesh.gateway.http.Identity;
import dev.sessionmesh.gateway.http.Origins;
import dev.sessionmesh.gateway.http.ProvenIdentity;
import dev.sessionmesh.gateway.http.Turnstile;
import dev.sessionmesh.host.TurnHost;
import dev.sessionmesh.inbox.Inbox;
import dev.sessionmesh.inbox.VertxInboxBus;
import dev.sessionmesh.loop.Loops;
import dev.sessionmesh.loop.VertxLoops;
import dev.sessionmesh.presence.Presence;
import dev.sessionmesh.presence.VertxPresenceBus;
import dev.sessionmesh.routing.Exchanges;
import dev.sessionmesh.routing.SessionService;
import dev.sessionmesh.routing.VertxBus;
import dev.sessionmesh.server.cli.ApiKey;
import dev.sessionmesh.server.cli.ServeOptions;
import dev.sessionmesh.store.hazelcast.Adoption;
import dev.sessionmesh.store.hazelcast.Census;
import dev.sessionmesh.store.hazelcast.Forms;
import dev.sessionmesh.store.hazelcast.HazelcastMaps;
import dev.sessionmesh.store.hazelcast.HazelcastPlacement;
import dev.sessionmesh.store.hazelcast.HazelcastSessionStore;
import dev.sessionmesh.store.hazelcast.LocalSessions;
import dev.sessionmesh.store.hazelcast.LostAndFound;
import dev.sessionmesh.store.hazelcast.MemberServices;
import dev.sessionmesh.store.hazelcast.Refusals;
import dev.sessionmesh.store.hazelcast.Sealer;
import dev.sessionmesh.store.hazelcast.SessionMerge;
import io.vertx.core.Completable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node, wired from the bottom up: the cluster, the store in it, the exchange of events, the turns, and last the door for clients.
 * Everything blocks while it starts; nothing here runs on an event loop.
 */
final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final int FORMAT = BatchCodec.VERSION;
    /** EX_TEMPFAIL: start it anew. */
    private static final int EXIT_AFTER_MERGE = 75;
    /** EX_IOERR: start it anew once its state directory can be written. */
    private static final int EXIT_WITHOUT_STATE = 74;

    /** Milliseconds by which the wall clock is put wrong, for drills. */
    private static final String CLOCK_OFFSET = "sessionmesh.clock.offset";

    private static final int JOIN_TRIES = 5;
    private static final long START_SECONDS = 60;
    private static final long STOP_SECONDS = 30;
    private static final long AWAY_SECONDS = 2;
    private static final long LEAVE_SECONDS = 5 * STOP_SECONDS;

    private final Limits limits = Limits.DEFAULT;
    private final Members members = new Members();
    private final Departure departure = new Departure();
    private final AtomicBoolean leaving = new AtomicBoolean();
    /** Whether it can take no part in the agreement on the membership any more. */
    private final AtomicBoolean outcast = new AtomicBoolean();

    private final LostAndFound lostAndFound = new LostAndFound();
    private final int backups;
    private final List<GatewayVerticle> gateways = new CopyOnWriteArrayList<>();
    private final HazelcastInstance hazelcast;
    private final ClusterQuorum quorum;
    private final PartitionLoss losses;
    private final Vertx vertx;
    private final Exchanges exchanges;
    private final Presence presence;
    private final Adoption adoption;
    private final TurnHost host;
    private final Inbox inbox;
    private final Hooks hooks;

    private Node(ServeOptions options) throws Exception {
        ClusterSettings settings = options.cluster();
        check(settings, options.http().port());
        backups = settings.redundancy().backups();
        LocalSessions local = new LocalSessions();
        Refusals refusals = new Refusals();
        Late late = new Late(settings.strict());
        MemberServices services = new MemberServices(
                new Session(limits),
                limits,
                late::hasQuorum,
                late::isSettled,
                late::term,
                leaving::get,
                late::isHeld,
                late::isLost,
                members::isGone,
                local,
                refusals,
                lostAndFound);
        HazelcastWiring wiring = new HazelcastWiring(
                SessionMerge.class.getName(),
                Map.of(Forms.FACTORY, new Forms()),
                Map.of(MemberServices.KEY, services),
                FORMAT);
        Config config = HazelcastConfigs.from(settings, wiring);
        // Vert.x finds its own node through the member that carries this attribute.
        config.getMemberAttributeConfig()
                .setAttribute("__vertx.nodeId", UUID.randomUUID().toString());
        hazelcast = Hazelcast.newHazelcastInstance(config);
        members.watch(hazelcast);
        hazelcast.getLifecycleService().addLifecycleListener(event -> {
            switch (event.getState()) {
                case MERGING -> sendAway();
                case MERGED, MERGE_FAILED -> leaveAfterMerge();
                default -> {}
            }
        });
        quorum = quorum(settings);
        late.arrive(quorum);
        quorum.addListener(new QuorumListener() {
            @Override
            public void failed() {
                leaveWithoutState();
            }
        });
        losses = PartitionLoss.start(hazelcast, settings);
        Replicas replicas = Replicas.of(hazelcast, settings);
        late.arrive(losses, replicas);

        vertx = vertx(settings);
        vertx.eventBus().registerDefaultCodec(Bundle.class, new BundleCodec());
        HazelcastMaps maps = HazelcastMaps.of(hazelcast);
        InstantSource clock =
                InstantSource.offset(InstantSource.system(), Duration.ofMillis(Long.getLong(CLOCK_OFFSET, 0)));
        Executor blocking = Executors.newVirtualThreadPerTaskExecutor();
        HazelcastSessionStore store = new HazelcastSessionStore(
                maps,
                limits,
                quorum::hasQuorum,
                key -> replicas.isDegraded(replicas.partitionOf(key)),
                new SecureRandom()::nextLong,
                clock,
                blocking);
        store.watch(hazelcast);
        Sealer sealer = new Sealer(maps, local, limits);
        HazelcastPlacement placement = new HazelcastPlacement(hazelcast, maps, local, sealer, members::isGone);
        Loops loops = new VertxLoops(vertx);
        exchanges =
                new Exchanges(loops, new VertxBus(vertx), store, placement, VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE);
        Tools tools = Tools.start(vertx, options.tools());
        SessionService service = new SessionService(loops, store, exchanges, clock, tools.catalogue());
        presence = new Presence(
                loops, new VertxPresenceBus(vertx), placement.self(), members::others, limits.presence(), clock);
        joining(exchanges::start);
        joining(presence::start);
        lostAndFound.open(hazelcast, (key, calls) -> doubt(service, key, calls));

        host = new TurnHost(
                loops,
                service,
                exchanges,
                placement,
                Models.of(vertx, options.models(), service),
                tools.catalogue(),
                tools.executor(),
                limits,
                new Runner(options.name(), placement.self()));
        host.start();
        inbox = new Inbox(loops, placement, new VertxInboxBus(vertx, placement.self(), members::all), service);
        joining(inbox::start);
        adoption = new Adoption(hazelcast, maps, local);
        adoption.start();
        members.onLeft(incarnation -> vertx.runOnContext(now -> {
            exchanges.nodeGone(incarnation);
            presence.nodeGone(incarnation);
            host.lookAtAll();
            inbox.lookAgain();
            adoption.wake();
        }));

        hooks = Hooks.open(vertx, loops, hazelcast, local, quorum::hasQuorum, store, clock, options.hooks(), blocking);
        ServeOptions.Http http = options.http();
        Optional<Admission> admission = admission(options.auth(), clock);
        Identity identity = admission.<Identity>map(ProvenIdentity::new).orElse(Identity.CLAIMED);
        Origins origins = new Origins(http.names(), http.origins(), members::nodes);
        Quotas quotas = options.quotas()
                .file()
                .map(file -> Quotas.open(vertx, file, members::size))
                .orElseGet(() -> Quotas.of(QuotaPlan.DEFAULT, members::size));
        Usages usages =
                new Usages(vertx, placement.self(), members::all, quotas, new Census(hazelcast, local, blocking));
        joining(usages::start);
        Turnstile turnstile = new Turnstile(quotas, options.quotas().proxies());
        NodeHealth health = new NodeHealth(hazelcast, quorum, departure::isUnderWay);
        GatewayVerticle.Kit kit = new GatewayVerticle.Kit(
                options.name(),
                http.host(),
                http.port(),
                service,
                exchanges,
                presence,
                limits,
                quorum::hasQuorum,
                departure::isUnderWay,
                identity,
                origins,
                turnstile,
                new HttpApi(new HttpApi.Kit(
                        service,
                        inbox,
                        presence,
                        limits,
                        identity,
                        admission,
                        hooks.webhooks(),
                        origins,
                        turnstile,
                        usages,
                        options.models().model(),
                        () -> view(options.name(), health),
                        new Health(health::started, Map::of, health::ready),
                        departure::isUnderWay,
                        new NodeAdmin(new NodeAdmin.Kit(
                                options.name(),
                                vertx,
                                quorum,
                                losses,
                                lostAndFound,
                                refusals,
                                store,
                                replicas,
                                host,
                                gateways,
                                quotas,
                                usages,
                                departure,
                                this::leave)),
                        http.adminToken().map(ApiKey::value)))::mount);
        for (int i = 0; i < VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE; i++) {
            GatewayVerticle gateway = new GatewayVerticle(kit);
            gateways.add(gateway);
            await(vertx.deployVerticle(gateway));
        }
        health.serving();
        LOG.info("node {} serves at http://{}:{}", options.name(), http.host(), port());
    }

    private Optional<Admission> admission(ServeOptions.Auth auth, InstantSource clock) throws Exception {
        if (auth.tokens().isEmpty() && auth.backEnds().isEmpty()) {
            return Optional.empty();
        }
        Admission admission = new Admission(
                vertx,
                auth.tokens().map(source -> TokenKeys.open(vertx, source)),
                auth.backEnds().map(file -> BackEndKeys.open(vertx, file)),
                quorum::hasQuorum,
                clock);
        joining(admission::start);
        return Optional.of(admission);
    }

    /** A side that lost a split may have had these calls decided or carried out: nobody does it again. */
    private static void doubt(SessionService service, SessionKey key, List<String> calls) {
        service.submit(Envelope.internal(key, service.now(), 0, new Command.Doubt(calls)))
                .onSuccess(outcome -> LOG.warn("split: calls {} of session {} are in doubt: {}", calls, key, outcome))
                .onFailure(failure -> LOG.error("calls {} of session {} are in doubt", calls, key, failure));
    }

    /** Shows what is in force, and refuses what can't be safe. */
    private static void check(ClusterSettings settings, int httpPort) {
        SelfCheck.Report report = SelfCheck.of(settings, Map.of("HTTP port", httpPort), JvmFlags.missing());
        LOG.info("settings in force:\n{}", SettingsTable.render(settings));
        report.warnings().forEach(finding -> LOG.warn("{}", finding));
        if (report.refuses()) {
            throw new IllegalArgumentException(
                    report.errors().stream().map(Object::toString).collect(Collectors.joining("; ")));
        }
    }

    static Node start(ServeOptions options) throws Exception {
        Node node = new Node(options);
        Runtime.getRuntime().addShutdownHook(new Thread(node::close, "stop"));
        return node;
    }

    private ClusterView view(String name, NodeHealth health) {
        return new ClusterView(name, quorum.hasQuorum(), health.isSafe(), members.nodes());
    }

    /** The port clients reach it at. */
    int port() {
        return gateways.getFirst().port();
    }

    private ClusterQuorum quorum(ClusterSettings settings) throws IOException {
        try {
            return ClusterQuorum.start(hazelcast, settings);
        } catch (IOException unreadable) {
            hazelcast.shutdown();
            throw unreadable;
        }
    }

    private Vertx vertx(ClusterSettings settings) throws Exception {
        EventBusOptions bus = new EventBusOptions()
                .setHost(settings.network().bindHost())
                .setPort(settings.network().busPort())
                .setConnectTimeout(2_000)
                .setClusterPingInterval(2_000)
                .setClusterPingReplyInterval(3_000);
        settings.network().publicHost().ifPresent(bus::setClusterPublicHost);
        VertxOptions options = new VertxOptions().setEventBusOptions(bus).setPreferNativeTransport(true);
        return joining(() -> Vertx.builder()
                .with(options)
                .withClusterManager(new Membership(hazelcast))
                .buildClustered());
    }

    /** The node may be no member any more when its event loops stop. */
    private static final class Membership extends HazelcastClusterManager {
        private final HazelcastInstance member;

        Membership(HazelcastInstance member) {
            super(member);
            this.member = member;
        }

        @Override
        public void leave(Completable<Void> left) {
            if (member.getLifecycleService().isRunning()) {
                super.leave(left);
            } else {
                left.succeed();
            }
        }
    }

    /** Vert.x's own maps fail like ours while partitions move: an uncertain write is a failed one. */
    private static <T> T joining(Supplier<Future<T>> step) throws Exception {
        for (int tries = 1; ; tries++) {
            try {
                return await(step.get());
            } catch (HazelcastException passing) {
                if (tries == JOIN_TRIES) {
                    throw passing;
                }
                LOG.warn("could not join the event bus yet: {}", passing.toString());
            }
        }
    }

    /** Leaves in order; returns when it has left, whoever began it. */
    @Override
    public void close() {
        departure.finish(this::depart, LEAVE_SECONDS);
    }

    /** For an operator: leaves, and ends the process. */
    private boolean leave() {
        boolean mine = departure.begin();
        if (mine) {
            Thread.ofPlatform().name("drain").start(() -> {
                depart();
                if (departure.phase() == Departure.Phase.LEFT) {
                    System.exit(0);
                }
            });
        }
        return mine;
    }

    /**
     * No new clients, those that are here go elsewhere, meanwhile its turns go on. Then the cluster is left at one stroke: the others
     * take the turns over as soon as this node is no longer a member, so what takes time comes before or afterwards.
     */
    private void depart() {
        LOG.info("draining");
        attempt("clients did not all leave", () -> Future.join(
                        gateways.stream().map(GatewayVerticle::drain).toList())
                .await(STOP_SECONDS, TimeUnit.SECONDS));
        boolean copied = isCopied();
        if (!departure.commit()) {
            LOG.info("stays after all");
            return;
        }
        LOG.info("leaving");
        if (!outcast.get()) {
            attempt("the others may not know that this node leaves", () -> quorum.announceLeave()
                    .get(STOP_SECONDS, TimeUnit.SECONDS));
        }
        adoption.close();
        // From here on nothing is accepted here: what a member takes in while it leaves can be lost with it.
        // Writers of sessions that still live here try again until their partition has moved.
        leaving.set(true);
        host.retire();
        hooks.retire();
        leaveCluster(copied && isCopied());
        exchanges.close();
        presence.close();
        attempt("event loops did not stop in time", () -> vertx.close().await(STOP_SECONDS, TimeUnit.SECONDS));
        departure.done();
        LOG.info("stopped");
    }

    /**
     * What comes after a merge may continue another history than the one that tabs here have seen: they go before it arrives, and are told where
     * they come next.
     */
    private void sendAway() {
        attempt("clients may stay over the merge", () -> Future.join(
                        gateways.stream().map(GatewayVerticle::cutOff).toList())
                .await(AWAY_SECONDS, TimeUnit.SECONDS));
    }

    /**
     * After a split this node's side lost and was merged into the other: it is another member now, and what runs here belongs to the
     * one that it was. Whoever supervises the process starts it again.
     */
    private void leaveAfterMerge() {
        outcast.set(true);
        LOG.error("merged into another side of the cluster after a split: stopping, to be started anew");
        exit("stop-after-merge", EXIT_AFTER_MERGE);
    }

    /** It could keep what it holds and serve none of it: the others can. */
    private void leaveWithoutState() {
        outcast.set(true);
        LOG.error("the state directory can't be written: stopping, so that others take over");
        exit("stop-without-state", EXIT_WITHOUT_STATE);
    }

    private static void exit(String thread, int status) {
        Thread.ofPlatform().name(thread).start(() -> System.exit(status));
    }

    /** Waits until every copy of what is here is in place; while turns still run, that is only nearly so. */
    private boolean isCopied() {
        return backups > 0
                && hazelcast.getCluster().getMembers().size() > 1
                && hazelcast.getPartitionService().forceLocalMemberToBeSafe(STOP_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Goes as a crash would, once every copy is in place: the others have all that is here, and that way out is the one that is drilled
     * most.
     */
    private void leaveCluster(boolean copied) {
        losses.close();
        quorum.close();
        lostAndFound.close();
        if (copied) {
            hazelcast.getLifecycleService().terminate();
        } else {
            hazelcast.shutdown();
        }
    }

    private static void attempt(String otherwise, Callable<?> step) {
        try {
            step.call();
        } catch (Exception incomplete) {
            LOG.warn("{}: {}", otherwise, incomplete.toString());
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(START_SECONDS, TimeUnit.SECONDS);
    }
}
