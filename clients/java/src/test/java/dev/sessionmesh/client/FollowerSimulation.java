package dev.sessionmesh.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The follower in virtual time, over links that are slow, cut, silent and told to go away; one seed, one run. */
final class FollowerSimulation {

    private static final int SEEDS = 400;
    private static final int COMMANDS = 120;
    private static final long FAULTS_UNTIL_MS = 20_000;
    private static final long END_MS = 80_000;

    static LongStream seeds() {
        return LongStream.rangeClosed(1, SEEDS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void every_event_comes_once_in_order_and_every_command_takes_effect_once(long seed) {
        new Run(seed, false).run();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void where_clients_are_forgotten_every_command_is_answered_and_none_takes_effect_twice(long seed) {
        new Run(seed, true).run();
    }

    private static final class Run {

        private record Event(long atMs, long order, Runnable run) {}

        /** A connection as the server sees it; messages of one direction keep their order. */
        private static final class Wire {
            final int link;
            boolean open = true;
            boolean silent;
            long clientHearsAtMs;
            long serverHearsAtMs;
            Consumer<JsonObject> subscriber = frame -> {};

            Wire(int link) {
                this.link = link;
            }
        }

        private final Random random;
        private final boolean forgetful;
        private final PriorityQueue<Event> agenda =
                new PriorityQueue<>(Comparator.comparingLong(Event::atMs).thenComparingLong(Event::order));
        private final FakeSession session = new FakeSession("s1");
        private final Map<Integer, Wire> wires = new TreeMap<>();
        private final Follower follower;
        private final List<Long> delivered = new ArrayList<>();
        private final Map<Object, Long> acked = new HashMap<>();
        private final List<String> complaints = new ArrayList<>();
        private int inDoubt;
        private long nowMs;
        private long order;
        private long wakeAtMs = Long.MAX_VALUE;
        private int attaches;

        Run(long seed, boolean forgetful) {
            this.forgetful = forgetful;
            random = new Random(seed);
            ClientOptions options = ClientOptions.of(List.of(URI.create("http://a:1"), URI.create("http://b:1")))
                    .withLimits(ClientLimits.defaults().withCommandPatience(Duration.ofMillis(END_MS)));
            follower = new Follower("s1", Position.start(), options, random);
        }

        void run() {
            at(0, () -> follower.start(nowMs));
            for (int i = 0; i < COMMANDS; i++) {
                String handle = "command " + i;
                at(
                        random.nextLong(FAULTS_UNTIL_MS),
                        () -> follower.submit(handle, new Command.Steer(handle, Optional.empty()), nowMs));
                at(random.nextLong(FAULTS_UNTIL_MS), () -> session.appendToken("x"));
            }
            for (long t = 200; t < FAULTS_UNTIL_MS; t += 1 + random.nextLong(800)) {
                at(t, this::fault);
            }
            while (!agenda.isEmpty() && nowMs < END_MS) {
                Event event = agenda.remove();
                nowMs = event.atMs();
                event.run().run();
                drain();
            }
            assertEquals(List.of(), complaints);
            assertEquals(COMMANDS, acked.size() + inDoubt);
            assertTrue(acked.size() > COMMANDS / 4, "the others were sent twice when their client was forgotten");
            List<String> effects = session.events().stream()
                    .filter(event -> event.getString("type").equals("input"))
                    .map(event -> event.getString("text"))
                    .toList();
            assertEquals(effects.size(), Set.copyOf(effects).size(), "each command at most once");
            assertTrue(effects.containsAll(acked.keySet()));
            assertEquals(COMMANDS + effects.size(), session.head(), "and each token once");
            assertEquals(LongStream.rangeClosed(1, session.head()).boxed().toList(), delivered);
            assertTrue(attaches > 1, "the faults of this seed caused no reconnect");
        }

        private void at(long atMs, Runnable run) {
            agenda.add(new Event(atMs, order++, run));
        }

        private void fault() {
            List<Wire> open = wires.values().stream().filter(w -> w.open).toList();
            if (open.isEmpty()) {
                return;
            }
            Wire wire = open.get(random.nextInt(open.size()));
            switch (random.nextInt(forgetful ? 5 : 4)) {
                case 0 -> cut(wire, CloseCode.LOST);
                case 1 -> cut(wire, 4503);
                case 2 -> wire.silent = true;
                case 4 -> session.forgetClients();
                default -> toClient(wire, new JsonObject().put("type", "goaway").put("reason", "draining"));
            }
        }

        private void cut(Wire wire, int code) {
            session.detach(wire.subscriber);
            wire.open = false;
            at(nowMs + random.nextLong(20), () -> follower.closed(wire.link, code, "cut", nowMs));
        }

        private void drain() {
            for (Effect effect = follower.poll(); effect != null; effect = follower.poll()) {
                switch (effect) {
                    case Effect.Connect(int link, URI node) -> connect(link);
                    case Effect.Send(int link, JsonObject frame) -> toServer(wires.get(link), frame);
                    case Effect.Close(int link, String why) -> {
                        Wire wire = wires.computeIfAbsent(link, Wire::new);
                        session.detach(wire.subscriber);
                        wire.open = false;
                    }
                    case Effect.Deliver(Frame frame) -> {
                        if (frame instanceof Frame.Logged logged) {
                            delivered.add(logged.seq());
                        }
                    }
                    case Effect.Following following -> attaches++;
                    case Effect.Acked(Object handle, Ack ack) -> acked.merge(handle, ack.seq(), (a, b) -> -1L);
                    case Effect.Failed(Object handle, SessionmeshException why)
                    when forgetful && why.code().equals(Outbox.ID_EXPIRED) -> inDoubt++;
                    case Effect.Failed failed -> complaints.add(failed.toString());
                    case Effect.Violation violation -> complaints.add(violation.toString());
                    case Effect.Ended ended -> complaints.add(ended.toString());
                    case Effect.Lost lost -> {}
                    case Effect.AskToken ask -> complaints.add(ask.toString()); // there are no tokens here
                    case Effect.Authenticate auth -> complaints.add(auth.toString());
                }
            }
            if (follower.wakeAtMs() < wakeAtMs) {
                wakeAtMs = follower.wakeAtMs();
                at(Math.max(nowMs + 1, wakeAtMs), () -> {
                    wakeAtMs = Long.MAX_VALUE;
                    follower.wake(nowMs);
                });
            }
        }

        private void connect(int link) {
            Wire wire = wires.computeIfAbsent(link, Wire::new);
            boolean faulty = nowMs < FAULTS_UNTIL_MS;
            if (faulty && random.nextInt(5) == 0) {
                at(nowMs + random.nextLong(3000), () -> follower.closed(link, CloseCode.LOST, "refused", nowMs));
            } else {
                at(nowMs + random.nextLong(50), () -> {
                    if (wire.open) {
                        follower.opened(link, nowMs);
                        toClient(wire, welcome());
                    }
                });
            }
        }

        private static JsonObject welcome() {
            return new JsonObject()
                    .put("type", "welcome")
                    .put("protocol", 1)
                    .put("node", "n")
                    .put("connection", "x")
                    .put("heartbeatMs", 500);
        }

        private void toClient(Wire wire, JsonObject frame) {
            if (wire.silent) {
                return;
            }
            wire.clientHearsAtMs = Math.max(nowMs + random.nextLong(30), wire.clientHearsAtMs);
            at(wire.clientHearsAtMs, () -> {
                if (wire.open) {
                    follower.received(wire.link, frame.encode(), nowMs);
                }
            });
        }

        private void toServer(Wire wire, JsonObject frame) {
            wire.serverHearsAtMs = Math.max(nowMs + random.nextLong(30), wire.serverHearsAtMs);
            at(wire.serverHearsAtMs, () -> {
                if (wire.open && !wire.silent) {
                    serve(wire, frame);
                }
            });
        }

        private void serve(Wire wire, JsonObject frame) {
            switch (frame.getString("type")) {
                case "attach" -> {
                    wire.subscriber = out -> toClient(wire, out);
                    session.attach(frame, wire.subscriber);
                }
                case "detach" -> {
                    session.detach(wire.subscriber);
                    toClient(wire, new JsonObject().put("type", "detached").put("session", "s1"));
                }
                case "ping" -> toClient(wire, new JsonObject().put("type", "pong"));
                case "steer" -> {
                    if (random.nextInt(10) == 0) {
                        toClient(
                                wire,
                                new JsonObject()
                                        .put("type", "error")
                                        .put("code", "busy")
                                        .put("retryable", true)
                                        .put("id", frame.getString("id")));
                    } else {
                        toClient(wire, session.execute(frame));
                    }
                }
                default -> complaints.add("the server got " + frame);
            }
        }
    }
}
