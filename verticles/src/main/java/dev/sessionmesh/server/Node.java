package dev.sessionmesh.server;

import dev.sessionmesh.cluster.ClusterSettings;
import dev.sessionmesh.cluster.JvmFlags;
import dev.sessionmesh.cluster.SelfCheck;
import dev.sessionmesh.cluster.SettingsTable;
import dev.sessionmesh.server.cli.ServeOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node, wired from the bottom up: the grid, the rooms on it, and last the door for clients. Everything blocks while it starts; nothing here runs on an
 * event loop.
 */
final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    /** EX_TEMPFAIL: start it anew. */
    private static final int EXIT_AFTER_MERGE = 75;
    /** EX_IOERR: start it anew once its state directory can be written. */
    private static final int EXIT_WITHOUT_STATE = 74;

    private static final long AWAY_SECONDS = 2;
    /** What this side had is offered to the other one for so long before the process ends. */
    private static final Duration OFFERED_WITHIN = Duration.ofSeconds(10);

    private final Departure departure = new Departure();
    /** Whether it can take no part in the agreement on the membership any more. */
    private final AtomicBoolean outcast = new AtomicBoolean();

    private final LeaveTimes times;
    private final Grid grid;
    private final Rooms rooms;
    private volatile @Nullable Door door;

    private Node(ServeOptions options) throws Exception {
        check(options.cluster(), options.http());
        times = LeaveTimes.of(options.cluster());
        grid = new Grid(options.cluster(), new Fate());
        rooms = new Rooms(grid, options);
        Door opened = new Door(grid, rooms, options);
        door = opened;
        opened.open(departure, this::leave);
        LOG.info(
                "node {} serves at http://{}:{}", options.name(), options.http().host(), opened.port());
    }

    private final class Fate implements Grid.Fate {
        /**
         * What comes after a merge may continue another history than the one that tabs here have seen: they go before it arrives, and are told where
         * they come next.
         */
        @Override
        public void merging() {
            @Nullable Door open = door;
            if (open != null) {
                attempt("clients may stay over the merge", () -> open.cutOff().await(AWAY_SECONDS, TimeUnit.SECONDS));
            }
        }

        /** Whoever supervises the process starts it again. */
        @Override
        public void merged() {
            outcast.set(true);
            LOG.error("merged into another side of the cluster after a split: stopping, to be started anew");
            Thread.ofPlatform().name("stop-after-merge").start(() -> {
                grid.salvage.offer(OFFERED_WITHIN);
                grid.lostAndFound.settle(OFFERED_WITHIN);
                System.exit(EXIT_AFTER_MERGE);
            });
        }

        /** It could keep what it holds and serve none of it: the others can. */
        @Override
        public void stateLost() {
            outcast.set(true);
            LOG.error("the state directory can't be written: stopping, so that others take over");
            exit("stop-without-state", EXIT_WITHOUT_STATE);
        }
    }

    /** Shows what is in force, and refuses what can't be safe. */
    private static void check(ClusterSettings settings, ServeOptions.Http http) {
        Map<String, Integer> ports = new HashMap<>(Map.of("HTTP port", http.port()));
        http.adminPort().ifPresent(port -> ports.put("admin port", port));
        SelfCheck.Report report = SelfCheck.of(settings, ports, JvmFlags.missing());
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

    /** Leaves in order; returns when it has left, whoever began it. */
    @Override
    public void close() {
        departure.finish(this::depart, times.total().toSeconds());
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
        @Nullable Door open = door;
        if (open != null) {
            attempt("clients did not all leave", () -> open.drain()
                    .await(times.clients().toSeconds(), TimeUnit.SECONDS));
        }
        boolean copied = grid.isCopied(times.copies());
        if (!departure.commit()) {
            LOG.info("stays after all");
            return;
        }
        LOG.info("leaving");
        if (!outcast.get()) {
            attempt(
                    "the others may not know that this node leaves",
                    () -> grid.quorum.announceLeave().get(times.farewell().toSeconds(), TimeUnit.SECONDS));
        }
        rooms.adoptNothing();
        grid.acceptNothing();
        rooms.retire();
        grid.leave(copied && grid.isCopied(times.copiesAgain()));
        long end = System.nanoTime() + times.loops().toNanos();
        rooms.close();
        attempt(
                "event loops did not stop in time",
                () -> grid.vertx.close().await(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS));
        departure.done();
        LOG.info("stopped");
    }

    private static void exit(String thread, int status) {
        Thread.ofPlatform().name(thread).start(() -> System.exit(status));
    }

    private static void attempt(String otherwise, Callable<?> step) {
        try {
            step.call();
        } catch (Exception incomplete) {
            LOG.warn("{}: {}", otherwise, incomplete.toString());
        }
    }
}
