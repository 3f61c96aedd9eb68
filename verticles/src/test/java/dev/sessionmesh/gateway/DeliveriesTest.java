package dev.sessionmesh.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.log.TokenRun;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.routing.Delivery;
import dev.sessionmesh.trace.HeardTraces;
import dev.sessionmesh.trace.Traces;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeliveriesTest {
    private static final SessionKey KEY = new SessionKey("acme", "s1");
    private static final String ONE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final String TWO = "00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01";

    private final HeardTraces traces = new HeardTraces();
    private long seq;

    private Delivery said(Event... events) {
        EventBatch batch = new EventBatch(seq + 1, 1_750_000_000_000L, List.of(events));
        seq = batch.to();
        return new Delivery(KEY, batch);
    }

    private static Event received(String turn, String trace) {
        return new Event.TurnReceived(turn, "c", Actor.ANONYMOUS, "", false, trace);
    }

    private static Event tokens(String turn) {
        return new Event.Tokens(turn, "m" + turn, 0, DeltaKind.TEXT, TokenRun.of(List.of("a", "b", "c")));
    }

    private static Event ended(String turn) {
        return new Event.TurnEnded(turn, 1, TurnStatus.COMPLETED, "", "", Actor.SYSTEM, Usage.UNKNOWN);
    }

    private List<String> told() {
        return traces.named("deliver").stream()
                .map(span -> span.said.get("turn") + " " + span.said.get("part") + " "
                        + span.said.get("sessionmesh.seq") + " " + span.end)
                .toList();
    }

    @Test
    void of_a_turn_its_first_token_and_its_end_are_told_and_nothing_between() {
        Deliveries deliveries = new Deliveries(traces, KEY, Map.of());
        deliveries.arrived(said(received("t1", ONE)), 0);
        assertFalse(deliveries.isDue());
        for (int i = 0; i < 100; i++) {
            deliveries.arrived(said(tokens("t1")), 0);
            deliveries.handedOver(3, 1, 5);
        }
        deliveries.arrived(said(tokens("t1"), ended("t1")), 0);
        deliveries.handedOver(3, 0, 5);
        assertEquals(List.of("t1 first_token 4 well", "t1 end " + seq + " well"), told());
        HeardTraces.Heard first = traces.named("deliver").getFirst();
        assertEquals(ONE, first.parent);
        assertEquals(3L, first.said.get("sessionmesh.tabs"));
        assertEquals(1L, first.said.get("sessionmesh.tabs_behind"));
    }

    @Test
    void a_tab_that_comes_in_the_middle_of_a_turn_is_told_of_too() {
        Deliveries deliveries = new Deliveries(traces, KEY, Map.of("t1", ONE));
        deliveries.arrived(said(received("t2", TWO), tokens("t1"), ended("t1"), tokens("t2")), 0);
        deliveries.handedOver(1, 0, 5);
        assertEquals(List.of("t1 first_token 4 well", "t1 end 5 well", "t2 first_token 8 well"), told());
        assertEquals(TWO, traces.named("deliver").getLast().parent);
    }

    @Test
    void of_a_turn_that_nobody_traces_nothing_is_told() {
        Deliveries untraced = new Deliveries(traces, KEY, Map.of());
        untraced.arrived(said(received("t1", ""), tokens("t1"), ended("t1")), 0);
        assertFalse(untraced.isDue());
        Deliveries off = new Deliveries(Traces.OFF, KEY, Map.of("t1", ONE));
        off.arrived(said(received("t2", TWO), tokens("t1"), ended("t2")), 0);
        assertFalse(off.isDue());
    }
}
