package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.fault.FaultProxy;
import dev.sessionmesh.chaos.fault.Faults;
import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabException;
import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.MeshCommand;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.RedisProcess;
import dev.sessionmesh.chaos.lab.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Live sessions move to another cluster through the archive, with their tabs and their turns. The clients know doors, as a balancer's, which lead to an old
 * cluster first and to the new one then. Another old cluster with further sessions is started for each way in which it can go: as it should; called off in
 * the middle, and begun again; with an old node that dies in the middle.
 */
final class Migrate implements Drill.Scenario {
    static final String OLD_STARTS = "the old cluster starts";
    static final String NEW_STARTS = "the new cluster starts";
    static final String OLD_DIES = "kill of an old node while sessions move";
    static final String IN_VAIN = "move that is called off";

    private static final String HOST = "127.0.0.1";
    private static final Duration WITHIN = Duration.ofSeconds(10);
    private static final Duration TALKS_FOR = Duration.ofSeconds(3);
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(90);
    private static final Duration ENDS_WITHIN = Duration.ofMinutes(2);
    private static final Duration LEAVES_WITHIN = Duration.ofSeconds(90);
    private static final int SECONDS = 60;
    private static final int ENOUGH_SECONDS_WITH_A_DEATH = 12;
    /** A session needs several answers of the archive until it is handed over. */
    private static final Duration SLOW = Duration.ofMillis(300);

    private static final String MOVES = "the command moves every session, and says so by its exit code";
    private static final String SAYS_SO = "a move that is called off is no success, by the exit code of the command";
    private static final String DRAINED = "the old nodes drain when all is moved, and end with 0";

    private enum Act {
        AS_IT_SHOULD,
        CALLED_OFF,
        A_NODE_DIES
    }

    private final List<FaultProxy> doors = new ArrayList<>();
    private final List<Node> fresh = new ArrayList<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private List<FaultProxy> links = List.of();
    private LabPlan plan = LabPlan.of(1, 0, Path.of(""));

    @Override
    public LabPlan prepare(LabPlan wanted, Vertx vertx) {
        RedisProcess redis = RedisProcess.start(wanted.dir().resolve("redis"));
        opened.add(redis);
        FaultProxy link = Workload.await(
                "a proxy",
                WITHIN,
                FaultProxy.start(vertx, HOST, SocketAddress.inetSocketAddress(redis.port(), HOST), 1));
        links = List.of(link);
        plan = wanted.withArguments(List.of("--archive-redis=redis://" + HOST + ":" + link.port()));
        return wanted.withArguments(List.of("--archive-redis=redis://" + redis.address()));
    }

    @Override
    public void stood(Lab lab, Vertx vertx) {
        for (Node node : lab.nodes()) {
            FaultProxy door = Workload.await("a door", WITHIN, FaultProxy.start(vertx, HOST, addressOf(node), 1));
            node.behind(URI.create("http://" + HOST + ":" + door.port()));
            doors.add(door);
            fresh.add(node);
        }
    }

    private static SocketAddress addressOf(Node node) {
        return SocketAddress.inetSocketAddress(node.url().getPort(), node.url().getHost());
    }

    @Override
    public void end() {
        for (AutoCloseable one : opened) {
            try {
                one.close();
            } catch (Exception e) {
                throw new LabException("cannot end what the drill has started", e);
            }
        }
        opened.clear();
        doors.clear();
        fresh.clear();
    }

    @Override
    public void play(Arena arena) {
        for (int round = 1; round <= arena.settings.rounds(); round++) {
            Act act = Act.values()[(round - 1) % Act.values().length];
            arena.note(OLD_STARTS, "");
            LabPlan old = plan.named(Character.toString('a' + (round - 1) % 13));
            try (Lab lab = Lab.start(old)) {
                lead(List.of(lab.nodes()));
                arena.workload.open("round" + round, arena.settings.sessions());
                arena.workload.start();
                arena.goesOn(1);
                if (round == 1) {
                    startBeside(arena);
                }
                Arena.pass(TALKS_FOR);
                BlockedLoops loops = BlockedLoops.of(lab);
                move(arena, lab, act);
                loops.judge(arena);
                arena.goesOn(2);
                leave(arena, lab);
                arena.goesOn(1);
            }
            arena.workload.rest();
            arena.workload.retire(arena.workload.sessions());
        }
    }

    /** New connections go to these clusters in turn. */
    private void lead(List<List<Node>> clusters) {
        for (int i = 0; i < doors.size(); i++) {
            int place = i;
            doors.get(i)
                    .lead(clusters.stream()
                            .map(nodes -> addressOf(nodes.get(place % nodes.size())))
                            .toList());
        }
    }

    /** The new cluster is started while the old one runs, as in earnest. */
    private void startBeside(Arena arena) {
        fresh.forEach(Node::kill);
        fresh.forEach(Node::awaitGone);
        arena.note(NEW_STARTS, "");
        fresh.forEach(Node::start);
        arena.lab.awaitAllReady(STARTS_WITHIN);
        arena.awaitWhole();
    }

    private void move(Arena arena, Lab old, Act act) {
        List<Node> all = old.nodes();
        switch (act) {
            case AS_IT_SHOULD -> {
                lead(List.of(fresh));
                moveAll(arena, all);
            }
            case CALLED_OFF -> {
                // In between some sessions are here and some there, so clients have to reach both.
                lead(List.of(all, fresh));
                slow(true);
                arena.note(IN_VAIN, "");
                MeshCommand command = migrate(all, SECONDS);
                await("a session to be handed over", command, () -> all.stream().anyMatch(node -> gone(node) > 0));
                all.forEach(node -> new Operator(node).handOver(false));
                slow(false);
                int status = command.await(ENDS_WITHIN);
                arena.expect(SAYS_SO, status == 1, "it ended with " + status + ": " + command.said());
                int moved = all.stream().mapToInt(Migrate::gone).sum();
                arena.notes.add(
                        "called off when " + moved + " of " + arena.settings.sessions() + " sessions were there");
                arena.goesOn(2);
                lead(List.of(fresh));
                moveAll(arena, all);
            }
            case A_NODE_DIES -> {
                lead(List.of(fresh));
                slow(true);
                arena.note(IN_VAIN, "");
                MeshCommand command = migrate(all, ENOUGH_SECONDS_WITH_A_DEATH);
                await("sessions to be handed over", command, () -> all.stream().anyMatch(Migrate::handsOver));
                Node victim = all.getFirst();
                arena.note(OLD_DIES, victim.name());
                victim.kill();
                victim.awaitGone();
                int status = command.await(ENDS_WITHIN);
                arena.expect(SAYS_SO, status == 1, "it ended with " + status + ": " + command.said());
                slow(false);
                lead(List.of(old.running(), fresh));
                arena.goesOn(2);
                lead(List.of(fresh));
                moveAll(arena, old.running());
            }
        }
    }

    private static void await(String what, MeshCommand command, BooleanSupplier reached) {
        Waiting.until(what, ENDS_WITHIN, reached, command::said);
    }

    private void slow(boolean on) {
        Faults faults = on ? Faults.none().withLatency(SLOW, SLOW) : Faults.none();
        links.forEach(link -> Workload.await("the link", WITHIN, link.set(faults)));
    }

    private void moveAll(Arena arena, List<Node> from) {
        arena.note(Timings.MOVE, "");
        MeshCommand command = migrate(from, SECONDS);
        int status = command.await(ENDS_WITHIN);
        arena.expect(MOVES, status == 0, "it ended with " + status + ": " + command.said());
        arena.goesOn(1);
        arena.note(Timings.MOVED, "");
    }

    private MeshCommand migrate(List<Node> from, int seconds) {
        String urls = from.stream().map(node -> node.url().toString()).collect(Collectors.joining(","));
        Path token = plan.dir().toAbsolutePath().resolve("admin-token");
        return MeshCommand.start(
                plan.dir(), List.of("migrate", "--from=" + urls, "--admin-token-file=" + token, "--within=" + seconds));
    }

    private static JsonObject progress(Node node) {
        try {
            return new Operator(node).archive().getJsonObject("handOver");
        } catch (LabException gone) {
            return new JsonObject();
        }
    }

    private static boolean handsOver(Node node) {
        return progress(node).getBoolean("underWay", false);
    }

    private static int gone(Node node) {
        return progress(node).getInteger("handedOver", 0);
    }

    private static void leave(Arena arena, Lab old) {
        List<Node> ended = old.nodes();
        Waiting.until(
                "the old nodes to end",
                LEAVES_WITHIN,
                () -> ended.stream().noneMatch(Node::running),
                () -> Stream.of(old.running()).map(Object::toString).collect(Collectors.joining(", ")));
        for (Node node : ended) {
            boolean killed = node.exitValue() > 128;
            arena.expect(DRAINED, killed || node.exitValue() == 0, node.name() + " ended with " + node.exitValue());
        }
    }
}
