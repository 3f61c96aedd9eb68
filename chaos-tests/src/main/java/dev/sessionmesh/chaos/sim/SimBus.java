package dev.sessionmesh.chaos.sim;

import dev.sessionmesh.codec.Bundle;
import dev.sessionmesh.loop.Loop;
import dev.sessionmesh.routing.Bus;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The event bus between nodes: in order as long as nothing is wrong, and at its worst lost, doubled, late and in any order. */
final class SimBus {
    private final Timeline timeline;
    private final Weather weather;
    private final Dice dice;
    private final Map<String, Receiver> receivers = new HashMap<>();
    private final Map<String, Long> lastArrival = new HashMap<>();

    private record Receiver(Machine machine, Loop loop, Consumer<Bundle> taker) {}

    SimBus(Timeline timeline, Weather weather, Dice dice) {
        this.timeline = timeline;
        this.weather = weather;
        this.dice = dice;
    }

    Bus of(Machine machine) {
        return new Bus() {
            @Override
            public void send(String node, Bundle bundle) {
                transmit(machine, node, bundle);
                if (weather.strikes(Fault.Kind.BUS_TWICE)) {
                    transmit(machine, node, bundle);
                }
            }

            @Override
            public Future<Void> receive(String node, Loop at, Consumer<Bundle> receiver) {
                receivers.put(node, new Receiver(machine, at, receiver));
                return Future.succeededFuture();
            }
        };
    }

    private void transmit(Machine sender, String node, Bundle bundle) {
        @Nullable Receiver receiver = receivers.get(node);
        boolean isCut = receiver != null && sender.reaches(receiver.machine()) > timeline.now();
        if (receiver == null || isCut || weather.strikes(Fault.Kind.BUS_DROP)) {
            return;
        }
        String wire = sender.number() + ">" + node;
        long inOrder = Math.max(lastArrival.getOrDefault(wire, 0L), timeline.now() + dice.between(80, 500));
        lastArrival.put(wire, inOrder);
        long late = weather.delay(Fault.Kind.BUS_SLOW, 300 * Timeline.MILLI);
        timeline.at(inOrder + late, receiver.machine(), () -> receiver.loop()
                .execute(() -> receiver.taker().accept(bundle)));
    }
}
