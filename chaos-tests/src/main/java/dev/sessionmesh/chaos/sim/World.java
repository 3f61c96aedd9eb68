package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.store.hazelcast.CopyView;
import dev.sessionmesh.store.hazelcast.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run: a cluster, people at their tabs, a plan of faults, and a referee. */
final class World {
    static final Limits LIMITS = limits();
    private static final long HORIZON = 6 * Timeline.SECOND;
    private static final long SETTLES = 60 * Timeline.SECOND;
    private static final long LOOK = 100 * Timeline.MILLI;

    final Scenario scenario;
    final int size;
    final Timeline timeline = new Timeline();
    final Dice dice;
    final Trace trace;
    final Grid grid;
    final SimBus bus;
    final Referee referee;
    final SimTools tools;
    final Cluster cluster;
    final List<Object> held = new ArrayList<>();
    final List<SessionKey> sessions = new ArrayList<>();
    final Set<SessionKey> deleting = new HashSet<>();
    final List<SimTab> tabs = new ArrayList<>();
    final List<Fault> faults;

    /** @param off numbers of faults that are left out */
    World(Scenario scenario, long seed, Set<Integer> off, boolean traced) {
        this.scenario = scenario;
        this.size = scenario.nodes();
        this.dice = new Dice(seed);
        this.trace = new Trace(timeline, traced);
        this.faults = scenario.faults(dice.fork()).stream()
                .filter(fault -> !off.contains(fault.number()))
                .toList();
        Weather weather = new Weather(timeline, faults);
        this.grid = new Grid(timeline, weather, trace, dice.fork(), scenario.backups());
        this.bus = new SimBus(timeline, weather, dice.fork());
        this.referee = new Referee(this);
        this.tools = new SimTools(dice.fork());
        this.cluster = new Cluster(this);
    }

    /** Small enough that every limit is met in a few seconds. */
    private static Limits limits() {
        Limits d = Limits.DEFAULT;
        return new Limits(
                d.frameBytes(),
                d.inlineBytes(),
                d.blobBytes(),
                d.blobBytesPerSession(),
                d.documentBytes(),
                d.sessionsPerConnection(),
                d.commandsPerSecond(),
                d.commandsInFlight(),
                8,
                d.callsPending(),
                d.callsRemembered(),
                d.clientsRemembered(),
                d.commandsPerClient(),
                d.freeFormRemembered(),
                900,
                3_600,
                12,
                400,
                8,
                60,
                d.tabWindowBytes(),
                1_200,
                d.instructionsChars(),
                d.toolsPerSession(),
                d.metadataEntries(),
                Duration.ofSeconds(50),
                Duration.ofSeconds(90),
                Duration.ofSeconds(120),
                Duration.ofSeconds(120),
                Duration.ofSeconds(3),
                d.heartbeat(),
                d.presence());
    }

    void run() {
        try {
            begin();
            while (timeline.now() < HORIZON && referee.violation().isEmpty()) {
                timeline.runUntil(timeline.now() + LOOK);
                referee.look();
            }
            settle();
            if (referee.violation().isEmpty()) {
                new FinalCheck(this).run();
            }
        } catch (RuntimeException bug) {
            StackTraceElement at = bug.getStackTrace().length == 0 ? null : bug.getStackTrace()[0];
            referee.broken("thrown: " + bug + (at == null ? "" : " at " + at));
        }
    }

    private void begin() {
        grid.observe(referee::executed);
        grid.onDeath(member -> cluster.of(member).filter(cluster::mayDie).isPresent(), member -> cluster.of(member)
                .ifPresent(node -> cluster.kill(node, 200 * Timeline.MILLI)));
        cluster.begin();
        int count = 1 + dice.below(3);
        for (int i = 0; i < count; i++) {
            SessionKey key = new SessionKey("sim", "s" + (i + 1));
            sessions.add(key);
            create(key);
            int watchers = 1 + dice.below(3);
            for (int t = 0; t < watchers; t++) {
                SimTab tab = new SimTab(this, "s" + (i + 1) + (char) ('a' + t), key, dice.fork());
                tabs.add(tab);
                timeline.in(dice.between(30, 700) * Timeline.MILLI, null, tab::connect);
                new Person(this, tab, dice.fork()).live(HORIZON);
            }
        }
        if (scenario == Scenario.DELETE) {
            SessionKey doomed = sessions.get(dice.below(sessions.size()));
            deleting.add(doomed);
            timeline.in(dice.between(800, 4_000) * Timeline.MILLI, null, () -> delete(doomed));
        }
        for (Fault fault : faults) {
            timeline.at(fault.at(), null, () -> {
                trace.say(null, () -> "fault " + fault);
                if (fault.node() >= 0) {
                    cluster.strike(fault);
                }
            });
        }
    }

    private void create(SessionKey key) {
        SimNode node = anyNode(dice).orElseThrow();
        Profile profile = new Profile("sim", "", "", List.of(), Map.of(), InputPolicy.ENQUEUE);
        timeline.in(0, node.machine, () -> node.service
                .create(Access.ALL, key, profile)
                .onComplete(done -> {
                    if (done.failed() || !(done.result() instanceof Outcome.Done<?>)) {
                        create(key);
                    }
                }));
    }

    private void delete(SessionKey key) {
        Optional<SimNode> chosen = anyNode(dice);
        if (referee.isDeleted(key)) {
            return;
        }
        timeline.in(Timeline.SECOND, null, () -> delete(key));
        chosen.ifPresent(node -> timeline.in(0, node.machine, () -> {
            trace.say(node.machine, () -> "is asked to delete " + key);
            var unused = node.service.delete(Access.ALL, key);
        }));
    }

    /** Faults are over: everything must come to rest, and how long that may take is bounded. */
    private void settle() {
        long end = timeline.now() + SETTLES;
        Settling settling = new Settling(this);
        while (referee.violation().isEmpty()) {
            timeline.runUntil(timeline.now() + LOOK);
            referee.look();
            Optional<String> restless = settling.restless();
            if (restless.isEmpty()) {
                return;
            }
            if (timeline.now() > end) {
                referee.broken(
                        "not at rest " + SETTLES / Timeline.SECOND + " s after the last fault: " + restless.get());
            }
        }
    }

    // --- what others ask
    // ----------------------------------------------------------------------------------------------

    Optional<SimNode> anyNode(Dice by) {
        // A load balancer does not know at once who stands still.
        List<SimNode> up = cluster.nodes().stream()
                .filter(node -> !node.machine.isDead() && node.hasQuorum(this))
                .toList();
        return up.isEmpty() ? Optional.empty() : Optional.of(up.get(by.below(up.size())));
    }

    boolean isDead(String incarnation) {
        return cluster.isDead(incarnation);
    }

    int incarnations() {
        return cluster.incarnations();
    }

    boolean isCalm() {
        return scenario == Scenario.CALM;
    }

    List<SimTab> tabsOf(SessionKey key) {
        return tabs.stream().filter(tab -> tab.key.equals(key)).toList();
    }

    void tabsOn(SimNode node, Consumer<SimTab> told) {
        tabs.stream().filter(tab -> tab.isOn(node)).forEach(told);
    }

    /** The copy of the member that owns the session, if it is alive and the session too. */
    Optional<CopyView> ownersCopy(SessionKey key) {
        int partition = Grid.partition(key.toString());
        return grid.agreed()
                .owner(partition)
                .filter(owner -> owner.machine.isUp())
                .flatMap(owner -> view(owner, key));
    }

    Optional<CopyView> view(Member member, SessionKey key) {
        @Nullable
        Slot slot = member.copy(Grid.partition(key.toString())).sessions.get(key.toString());
        return slot == null ? Optional.empty() : CopyView.of(slot);
    }
}
