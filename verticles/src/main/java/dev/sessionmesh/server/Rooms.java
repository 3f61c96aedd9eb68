package dev.sessionmesh.server;

import static dev.sessionmesh.server.Grid.joining;

import dev.sessionmesh.access.WatchedFile;
import dev.sessionmesh.archive.ArchiveRoom;
import dev.sessionmesh.archive.Cursors;
import dev.sessionmesh.archive.Retention;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.custody.Custody;
import dev.sessionmesh.host.HostMeters;
import dev.sessionmesh.host.TurnHost;
import dev.sessionmesh.inbox.Inbox;
import dev.sessionmesh.inbox.VertxInboxBus;
import dev.sessionmesh.loop.Loops;
import dev.sessionmesh.loop.VertxLoops;
import dev.sessionmesh.presence.Presence;
import dev.sessionmesh.presence.VertxPresenceBus;
import dev.sessionmesh.routing.Exchanges;
import dev.sessionmesh.routing.RoutingMeters;
import dev.sessionmesh.routing.SessionService;
import dev.sessionmesh.routing.VertxBus;
import dev.sessionmesh.server.cli.ServeOptions;
import dev.sessionmesh.store.hazelcast.Adoption;
import dev.sessionmesh.store.hazelcast.Census;
import dev.sessionmesh.store.hazelcast.HazelcastMaps;
import dev.sessionmesh.store.hazelcast.HazelcastPlacement;
import dev.sessionmesh.store.hazelcast.HazelcastSessionStore;
import dev.sessionmesh.store.hazelcast.Inventory;
import dev.sessionmesh.store.hazelcast.Sealer;
import dev.sessionmesh.store.hazelcast.SessionFinder;
import dev.sessionmesh.store.hazelcast.StoreMeters;
import dev.sessionmesh.telemetry.trace.TraceExport;
import dev.sessionmesh.trace.About;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a node does apart from answering clients: the store on the grid, the exchange of events, the turns, and who is told of them. */
final class Rooms {
    private static final Logger LOG = LoggerFactory.getLogger(Rooms.class);

    final InstantSource clock = InstantSource.system();
    /** Incarnation of this node. */
    final String self;

    /** Those in memory. */
    final HazelcastSessionStore store;
    /** Where sessions outlive the cluster, if they do. */
    final Optional<ArchiveRoom> archive;

    final Exchanges exchanges;
    final SessionService service;
    final Presence presence;
    final TurnHost host;
    final Inbox inbox;
    final Hooks hooks;
    final Custody custody;
    final Census census;
    final Inventory inventory;
    private final TraceExport traces;
    final SessionFinder finder;
    private final Adoption adoption;

    Rooms(Grid grid, ServeOptions options) throws Exception {
        Vertx vertx = grid.vertx;
        HazelcastMaps maps = HazelcastMaps.of(grid.hazelcast);
        StoreMeters stored = StoreMeters.of(grid.metrics);
        RoutingMeters routed = RoutingMeters.of(grid.metrics);
        Executor blocking = Executors.newVirtualThreadPerTaskExecutor();
        store = new HazelcastSessionStore(
                maps,
                grid.limits,
                grid.quorum::hasQuorum,
                key -> grid.replicas.isDegraded(grid.replicas.partitionOf(key)),
                new SecureRandom()::nextLong,
                clock,
                blocking,
                stored);
        store.watch(grid.hazelcast);
        Sealer sealer = new Sealer(maps, grid.local, grid.limits, stored);
        HazelcastPlacement placement =
                new HazelcastPlacement(grid.hazelcast, maps, grid.local, sealer, grid.members::isGone);
        self = placement.self();
        archive = options.archive()
                .map(wanted ->
                        Archives.open(grid, maps, store, clock, self, wanted, this::isWanted, this::cursors, blocking));
        SessionStore sessions = archive.map(room -> room.over(store)).orElse(store);
        Loops loops = new VertxLoops(vertx);
        exchanges = new Exchanges(
                loops, new VertxBus(vertx), sessions, placement, VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE, routed);
        Tools tools = Tools.start(vertx, options.tools(), grid.metrics);
        traces = TraceExport.open(options.traces(), new TraceExport.Node(options.name(), self));
        service = new SessionService(loops, sessions, exchanges, clock, tools.catalogue(), routed, traces.traces());
        presence = new Presence(
                loops,
                new VertxPresenceBus(vertx),
                self,
                grid.members::others,
                grid.limits.presence(),
                clock,
                grid.metrics);
        joining(exchanges::start);
        joining(presence::start);
        grid.lostAndFound.open(grid.hazelcast, this::doubt);

        host = new TurnHost(
                loops,
                service,
                exchanges,
                placement,
                Models.of(vertx, options.models(), service, grid.metrics),
                tools.catalogue(),
                tools.executor(),
                grid.limits,
                new Runner(options.name(), self),
                HostMeters.of(grid.metrics));
        host.start();
        inbox = new Inbox(loops, placement, new VertxInboxBus(vertx, self, grid.members::all), service, grid.metrics);
        joining(inbox::start);
        adoption = new Adoption(grid.hazelcast, maps, grid.local);
        adoption.start();
        grid.members.onLeft(incarnation -> vertx.runOnContext(now -> {
            exchanges.nodeGone(incarnation);
            presence.nodeGone(incarnation);
            lookAfterLoss();
        }));
        grid.promotions.onPromoted(() -> vertx.runOnContext(now -> lookAfterLoss()));
        hooks = Hooks.open(grid, loops, store, sessions, archive, clock, options.hooks(), blocking);
        custody = Custodies.open(
                grid,
                loops,
                maps,
                store,
                sessions,
                archive,
                hooks.seal(),
                tools.catalogue(),
                clock,
                options.name(),
                blocking);
        if (archive.isPresent()) {
            archive.get().keep(retention(grid.vertx, options.archive().orElseThrow()), custody::sweep);
            joining(() -> Future.fromCompletionStage(archive.get().start()));
        }
        census = new Census(grid.hazelcast, grid.local, blocking);
        finder = new SessionFinder(grid.hazelcast, grid.local, blocking);
        inventory = new Inventory(grid.hazelcast, grid.local, clock, System::nanoTime, blocking);
        NodeMeters meters = new NodeMeters(grid.metrics);
        meters.of(this);
        archive.ifPresent(meters::of);
    }

    /** What is kept at the moment. */
    private static Supplier<Retention> retention(Vertx vertx, ServeOptions.Archive archive) {
        AtomicReference<Retention> retention = new AtomicReference<>(Retention.of(archive.keep()));
        archive.retention()
                .ifPresent(file -> WatchedFile.open(
                        vertx,
                        "--archive-retention",
                        file,
                        json -> Retention.parse(json, archive.keep()),
                        retention::set));
        return retention::get;
    }

    /** Whether somebody has still to be told of what happened in a session. */
    private CompletionStage<Boolean> isWanted(SessionKey session) {
        return hooks.isBusy(session).toCompletionStage();
    }

    private Cursors cursors() {
        return hooks.cursors();
    }

    /** What a lost node cared for is somebody else's: first that is known, a moment later what of it is ours. */
    private void lookAfterLoss() {
        host.lookAtAll();
        inbox.lookAgain();
        adoption.wake();
    }

    /** A side that lost a split may have had these calls decided or carried out: nobody does it again. */
    private void doubt(SessionKey key, List<String> calls) {
        service.submit(Envelope.internal(key, service.now(), 0, new Command.Doubt(calls)))
                .onSuccess(outcome -> About.of(key)
                        .warn(LOG)
                        .log(
                                "split: calls {} are in doubt: {}",
                                calls,
                                outcome instanceof Outcome.Done ? "told" : outcome))
                .onFailure(failure ->
                        About.of(key).error(LOG).setCause(failure).log("split: calls {} are in doubt", calls));
    }

    /** Takes in no more sessions. */
    void adoptNothing() {
        adoption.close();
    }

    /** Runs no more turns, tells no more webhooks and archives nothing: other nodes do. */
    void retire() {
        host.retire();
        hooks.retire();
        archive.ifPresent(ArchiveRoom::close);
    }

    /** Sends the last traces off, when nothing here makes any more. */
    void close() {
        exchanges.close();
        presence.close();
        traces.close();
    }
}
