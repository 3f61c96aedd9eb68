package dev.sessionmesh.core.session;

import static dev.sessionmesh.core.session.TurnStatus.*;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every transition of the table is taken by some stream of commands, but for those that no rule asks for yet. */
class TransitionCoverageTest {
    private static final int STREAMS = 2_000;

    record Transition(TurnStatus from, TurnStatus to) {
        @Override
        public String toString() {
            return from.wire() + " -> " + to.wire();
        }
    }

    /** No output of a runner asks a person for input yet, so that nothing enters or leaves that state. */
    private static boolean waitsForInput(Transition transition) {
        return transition.from() == AWAITING_INPUT || transition.to() == AWAITING_INPUT;
    }

    @Test
    void all_that_is_reachable_is_reached() {
        Set<Transition> all = sorted(TRANSITIONS.entrySet().stream()
                .flatMap(row -> row.getValue().stream().map(to -> new Transition(row.getKey(), to))));
        Set<Transition> unreachable = sorted(all.stream().filter(TransitionCoverageTest::waitsForInput));
        Set<Transition> reachable = sorted(all.stream().filter(t -> !unreachable.contains(t)));
        Map<Transition, Integer> taken = taken();
        System.out.printf(
                "transition coverage: %d of %d reachable, %d in the table%n",
                taken.size(), reachable.size(), all.size());
        reachable.forEach(t -> System.out.printf("  %7d  %s%n", taken.getOrDefault(t, 0), t));
        unreachable.forEach(t -> System.out.printf("  no rule  %s%n", t));
        assertEquals(reachable, sorted(taken.keySet().stream()));
    }

    private static Map<Transition, Integer> taken() {
        Map<Transition, Integer> taken = new HashMap<>();
        for (int seed = 0; seed < STREAMS; seed++) {
            Primary primary = new Primary(Small.LIMITS, RandomCommands.profile(seed));
            RandomCommands commands = new RandomCommands(seed);
            for (int i = 0; i < 80; i++) {
                primary.submit(commands.next(primary.state()));
            }
            Map<String, TurnStatus> turns = new HashMap<>();
            primary.log().forEach(batch -> batch.events().forEach(event -> follow(event, turns, taken)));
        }
        return taken;
    }

    private static void follow(Event event, Map<String, TurnStatus> turns, Map<Transition, Integer> taken) {
        switch (event) {
            case Event.TurnReceived received -> turns.put(received.turn(), RECEIVED);
            case Event.TurnClaimed claimed -> moved(claimed.turn(), claimed.status(), turns, taken);
            case Event.TurnStatusChanged changed -> moved(changed.turn(), changed.status(), turns, taken);
            case Event.TurnEnded ended -> moved(ended.turn(), ended.status(), turns, taken);
            default -> {}
        }
    }

    private static void moved(
            String turn, TurnStatus to, Map<String, TurnStatus> turns, Map<Transition, Integer> taken) {
        TurnStatus from = turns.put(turn, to);
        if (from != to) {
            taken.merge(new Transition(from, to), 1, Integer::sum);
        }
    }

    private static Set<Transition> sorted(Stream<Transition> transitions) {
        Comparator<Transition> order = Comparator.comparing(Transition::from).thenComparing(Transition::to);
        return transitions.collect(Collectors.toCollection(() -> new TreeSet<>(order)));
    }

    @Test
    void ends_are_final_and_everything_else_has_a_way_out() {
        for (TurnStatus status : TurnStatus.values()) {
            assertEquals(status.ended(), TRANSITIONS.get(status).isEmpty(), status::wire);
        }
        List<TurnStatus> waiting =
                Stream.of(TurnStatus.values()).filter(TurnStatus::waiting).toList();
        assertEquals(List.of(AWAITING_APPROVAL, AWAITING_TOOL, AWAITING_INPUT), waiting);
    }
}
