package dev.sessionmesh.server;

import static dev.sessionmesh.server.Grid.joining;

import dev.sessionmesh.access.Admission;
import dev.sessionmesh.access.BackEndKeys;
import dev.sessionmesh.access.TokenKeys;
import dev.sessionmesh.access.quota.QuotaPlan;
import dev.sessionmesh.access.quota.Quotas;
import dev.sessionmesh.access.quota.Usages;
import dev.sessionmesh.console.Chronicle;
import dev.sessionmesh.console.Console;
import dev.sessionmesh.console.DrillReports;
import dev.sessionmesh.console.WorstLag;
import dev.sessionmesh.gateway.GatewayMeters;
import dev.sessionmesh.gateway.GatewayVerticle;
import dev.sessionmesh.gateway.OperatorVerticle;
import dev.sessionmesh.gateway.http.ClusterView;
import dev.sessionmesh.gateway.http.Health;
import dev.sessionmesh.gateway.http.HttpApi;
import dev.sessionmesh.gateway.http.Identity;
import dev.sessionmesh.gateway.http.Origins;
import dev.sessionmesh.gateway.http.ProvenIdentity;
import dev.sessionmesh.gateway.http.Turnstile;
import dev.sessionmesh.loop.VertxLoops;
import dev.sessionmesh.server.cli.ApiKey;
import dev.sessionmesh.server.cli.ServeOptions;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/** Where clients come in: who they are, how much they may use, and the gateway that answers them, on every event loop. */
final class Door {
    private final List<GatewayVerticle> gateways = new CopyOnWriteArrayList<>();
    private final Grid grid;
    private final Rooms rooms;
    private final ServeOptions options;

    Door(Grid grid, Rooms rooms, ServeOptions options) {
        this.grid = grid;
        this.rooms = rooms;
        this.options = options;
    }

    /** @param leave begins the departure, for an operator; must not block */
    void open(Departure departure, Supplier<Boolean> leave) throws Exception {
        ServeOptions.Http http = options.http();
        Optional<Admission> admission = admission(options.auth(), rooms.clock);
        Identity identity = admission.<Identity>map(ProvenIdentity::new).orElse(Identity.CLAIMED);
        Origins origins = new Origins(http.names(), http.origins(), grid.members::nodes);
        Quotas quotas = options.quotas()
                .file()
                .map(file -> Quotas.open(grid.vertx, file, grid.members::size))
                .orElseGet(() -> Quotas.of(QuotaPlan.DEFAULT, grid.members::size));
        Usages usages = new Usages(grid.vertx, rooms.self, grid.members::all, quotas, rooms.census);
        joining(usages::start);
        GatewayMeters meters = GatewayMeters.of(grid.metrics);
        Turnstile turnstile = new Turnstile(quotas, options.quotas().proxies(), meters);
        EventLoops loops = Grid.await(EventLoops.watch(grid.vertx, VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE));
        NodeHealth health = new NodeHealth(grid.hazelcast, grid.quorum, departure::isUnderWay, loops::areTurning);
        NodeAdmin.Kit kit = new NodeAdmin.Kit(options.name(), grid, rooms, gateways, quotas, usages, departure, leave);
        NodeAdmin admin = new NodeAdmin(kit, console(kit, health));
        HttpApi api = new HttpApi(new HttpApi.Kit(
                rooms.service,
                rooms.inbox,
                rooms.presence,
                grid.limits,
                identity,
                admission,
                rooms.hooks.webhooks(),
                rooms.custody,
                origins,
                turnstile,
                usages,
                options.models().model(),
                () -> view(health),
                new Health(health::started, health::live, health::ready),
                departure::isUnderWay,
                admin,
                http.adminToken().map(ApiKey::value),
                http.adminPort().isPresent(),
                options.metrics().token().map(ApiKey::value)));
        if (http.adminPort().isPresent()) {
            // First: what asks whether the node has started must be answered while clients can't come in yet.
            Grid.await(grid.vertx.deployVerticle(new OperatorVerticle(new OperatorVerticle.Kit(
                    http.host(), http.adminPort().get(), grid.limits, origins, api::mountOperators))));
        }
        deploy(new GatewayVerticle.Kit(
                options.name(),
                http.host(),
                http.port(),
                rooms.service,
                rooms.exchanges,
                rooms.presence,
                grid.limits,
                grid.quorum::hasQuorum,
                departure::isUnderWay,
                identity,
                origins,
                turnstile,
                meters,
                api::mount));
        measure(health, departure, quotas, usages);
        health.serving();
    }

    private void measure(NodeHealth health, Departure departure, Quotas quotas, Usages usages) {
        new NodeMeters(grid.metrics).of(health, departure, quotas);
        if (options.metrics().tenants() > 0) {
            new TenantMeters(grid.metrics, options.metrics().tenants()).watch(grid.vertx, usages);
        }
        grid.metrics.complete(when -> when.equals("there is an archive") && rooms.archive.isPresent()
                || when.contains("--metrics-tenants") && options.metrics().tenants() > 0);
    }

    private Console console(NodeAdmin.Kit kit, NodeHealth health) throws Exception {
        Chronicle chronicle = new Chronicle(rooms.clock);
        NodeConsole here = new NodeConsole(
                kit,
                health::isSafe,
                WorstLag.watch(new VertxLoops(grid.vertx), VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE),
                rooms.finder,
                Effective.of(options, grid.limits));
        Console console = new Console(
                grid.vertx,
                rooms.self,
                grid.members::listed,
                here,
                chronicle,
                options.http().drillReports().map(DrillReports::new));
        joining(console::start);
        Happenings.watch(options.name(), grid, kit.departure(), chronicle, console);
        return console;
    }

    private void deploy(GatewayVerticle.Kit kit) throws Exception {
        for (int i = 0; i < VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE; i++) {
            GatewayVerticle gateway = new GatewayVerticle(kit);
            gateways.add(gateway);
            Grid.await(grid.vertx.deployVerticle(gateway));
        }
    }

    private Optional<Admission> admission(ServeOptions.Auth auth, InstantSource clock) throws Exception {
        if (auth.tokens().isEmpty() && auth.backEnds().isEmpty()) {
            return Optional.empty();
        }
        Admission admission = new Admission(
                grid.vertx,
                auth.tokens().map(source -> TokenKeys.open(grid.vertx, source)),
                auth.backEnds().map(file -> BackEndKeys.open(grid.vertx, file)),
                grid.quorum::hasQuorum,
                clock);
        joining(admission::start);
        return Optional.of(admission);
    }

    private ClusterView view(NodeHealth health) {
        return new ClusterView(options.name(), grid.quorum.hasQuorum(), health.isSafe(), grid.members.nodes());
    }

    /** The port clients reach it at. */
    int port() {
        return gateways.getFirst().port();
    }

    /** Takes no new clients, and sends the others elsewhere. */
    Future<?> drain() {
        return Future.join(gateways.stream().map(GatewayVerticle::drain).toList());
    }

    /** Ends every connection at once. */
    Future<?> cutOff() {
        return Future.join(gateways.stream().map(GatewayVerticle::cutOff).toList());
    }
}
