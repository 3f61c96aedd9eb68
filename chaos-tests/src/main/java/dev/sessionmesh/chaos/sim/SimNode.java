package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.port.ToolCatalogue;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.gateway.Hub;
import dev.sessionmesh.host.Providers;
import dev.sessionmesh.host.TurnHost;
import dev.sessionmesh.routing.Exchanges;
import dev.sessionmesh.routing.SessionService;
import dev.sessionmesh.store.hazelcast.Adoption;
import dev.sessionmesh.store.hazelcast.HazelcastMaps;
import dev.sessionmesh.store.hazelcast.HazelcastPlacement;
import dev.sessionmesh.store.hazelcast.HazelcastSessionStore;
import dev.sessionmesh.store.hazelcast.LocalSessions;
import dev.sessionmesh.store.hazelcast.LostAndFound;
import dev.sessionmesh.store.hazelcast.MemberServices;
import dev.sessionmesh.store.hazelcast.Refusals;
import dev.sessionmesh.store.hazelcast.Sealer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** One incarnation of a node: the production code, wired as {@code Node} does it, on simulated ports. */
final class SimNode {
    private static final int LOOPS = 2;
    private static final long EPOCH_MILLIS = 1_700_000_000_000L;

    /** A share of the node's tabs, and the loop they live on. */
    record Gateway(SimLoop loop, Hub hub) {}

    final int place;
    final Machine machine;
    final Member member;
    final SessionService service;
    final SessionStore store;
    final List<Gateway> gateways = new ArrayList<>();
    final TurnHost host;
    final Exchanges exchanges;
    /** Nothing is kept in it, but counted. */
    final LostAndFound lostAndFound =
            new LostAndFound(Stub.of(ExecutorService.class, "lost and found", Map.of("execute", given -> {
                ((Runnable) given[0]).run();
                return true;
            })));

    SimNode(World world, int place, Machine machine, Member member) {
        this.place = place;
        this.machine = machine;
        this.member = member;
        Timeline timeline = world.timeline;
        Dice dice = world.dice.fork();
        long skew = dice.between(-300, 300);
        InstantSource clock = () -> Instant.ofEpochMilli(EPOCH_MILLIS + timeline.now() / Timeline.MILLI + skew);
        SimLoops loops = new SimLoops(timeline, machine, dice);
        LocalSessions local = new LocalSessions();
        Limits limits = World.LIMITS;
        member.hazelcast = SimGridMaps.instance(
                member,
                new MemberServices(
                        new Session(limits),
                        limits,
                        () -> hasQuorum(world),
                        () -> true,
                        () -> 0,
                        () -> false,
                        partition -> false,
                        partition -> false,
                        this::isGone,
                        local,
                        new Refusals(),
                        lostAndFound));
        HazelcastMaps maps = SimGridMaps.of(world.grid, member, loops);
        HazelcastSessionStore grid =
                new HazelcastSessionStore(maps, limits, () -> hasQuorum(world), key -> false, dice::next, clock, loops);
        store = world.referee.watching(this, grid);
        Sealer sealer = new Sealer(maps, local, limits);
        HazelcastPlacement placement = new HazelcastPlacement(member.hazelcast, maps, local, sealer, this::isGone);
        exchanges = new Exchanges(loops, world.bus.of(machine), store, placement, LOOPS);
        service = new SessionService(loops, store, exchanges, clock);
        var unused = exchanges.start();
        host = new TurnHost(
                loops,
                service,
                exchanges,
                placement,
                new Providers(Map.of("sim", new SimModel(loops, dice)), "sim"),
                ToolCatalogue.SCOPE,
                world.tools.on(loops),
                limits,
                new Runner("n" + (place + 1), placement.self()));
        host.start();
        Adoption adoption = new Adoption(member.hazelcast, maps, local, thread(loops));
        adoption.start();
        member.left = gone -> loops.create().execute(() -> {
            grid.sendAgain(key -> true);
            exchanges.nodeGone(gone.incarnation);
            host.lookAtAll();
            adoption.wake();
        });
        for (int i = 0; i < LOOPS; i++) {
            SimLoop loop = loops.create();
            machine.enter(loop);
            gateways.add(new Gateway(loop, new Hub(loops, service, exchanges, () -> hasQuorum(world), limits)));
        }
        machine.run(() -> {});
    }

    boolean hasQuorum(World world) {
        return member.view.members().size() * 2 > world.size;
    }

    private boolean isGone(String incarnation) {
        return member.view.members().stream().noneMatch(known -> known.incarnation.equals(incarnation));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it is the adoption's own, and never completes
    private static ScheduledExecutorService thread(SimLoops loops) {
        ScheduledFuture<?> started = Stub.of(ScheduledFuture.class, "adoption", Map.of());
        return Stub.of(
                ScheduledExecutorService.class,
                "adoption",
                Map.of(
                        "scheduleWithFixedDelay",
                        given -> {
                            long pause = ((TimeUnit) given[3]).toMillis((long) given[2]);
                            loops.create().every(pause, (Runnable) given[0]);
                            return started;
                        },
                        "execute",
                        given -> {
                            loops.execute((Runnable) given[0]);
                            return true;
                        },
                        "isShutdown",
                        none -> false));
    }

    @Override
    public String toString() {
        return machine.toString();
    }
}
