package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.chaos.lab.Network.Cut;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.chaos.lab.Waiting;
import dev.sessionmesh.client.ClientOptions;
import dev.sessionmesh.client.Position;
import dev.sessionmesh.client.Tab;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An operator's mistake: one of three is cut off, and there the others are said to be gone for good, so that both sides go on with the
 * same sessions. After the healing the larger side's log stays, what the other acknowledged is in the lost-and-found to the last event,
 * and whoever was shown it is told.
 */
final class BothSides implements Drill.Scenario {

    private static final int SESSIONS = 20;
    private static final Duration EVERY = Duration.ofMillis(50);
    private static final Duration BEFORE = Duration.ofSeconds(3);
    private static final Duration ALONE_WITHIN = Duration.ofSeconds(20);
    private static final Duration APART_FOR = Duration.ofSeconds(8);
    private static final Duration WITHIN = Duration.ofSeconds(60);

    private static final String WRITES = "the side that was told to forget the others takes writes";
    private static final String MAJORITY = "nothing that the larger side acknowledged is lost";
    private static final String KEPT = "what the smaller side acknowledged is in the log or in the lost-and-found";
    private static final String TOLD = "every tab that was shown something that is no more is told diverged";

    @Override
    public void play(Arena arena) {
        List<String> sessions = Window.create(arena, "both", SESSIONS);
        List<Node> nodes = arena.lab.nodes();
        Node few = nodes.getFirst();
        List<Node> many = nodes.subList(1, nodes.size());
        Witness witness = new Witness();
        List<Tab> tabs = sessions.stream()
                .map(session -> arena.client.follow(
                        ClientOptions.of(List.of(few.url())), session, Position.start(), witness.of(session)))
                .toList();
        Probe small = Probe.unjudged(arena, few, sessions, EVERY);
        Probe large = Probe.unjudged(arena, many.getLast(), sessions, EVERY);
        Arena.pass(BEFORE);
        long cutNs = System.nanoTime();
        arena.cut(Cut.between(Partition.numbers(List.of(few)), Partition.numbers(many)), List.of(few));
        Waiting.until(few.name() + " to be alone", ALONE_WITHIN, () -> arena.members(few) == 1, () -> arena.cluster(few)
                .encode());
        Operator mistaken = new Operator(few);
        many.forEach(mistaken::forget);
        long forgotNs = System.nanoTime();
        Arena.pass(APART_FOR);
        small.stop();
        large.stop();
        arena.expect(
                WRITES,
                small.answers().stream().anyMatch(answer -> answer.ok() && answer.askedNs() > forgotNs),
                "no write was acknowledged there after it forgot the others");
        long healNs = System.nanoTime();
        arena.heal();
        arena.awaitMerged(List.of(few), healNs);
        arena.awaitWhole();
        judge(arena, many.getFirst(), sessions, small, large, witness, cutNs);
        tabs.forEach(tab -> Workload.await("closing a tab", WITHIN, tab.close()));
    }

    private static void judge(
            Arena arena, Node survivor, List<String> sessions, Probe small, Probe large, Witness witness, long cutNs) {
        arena.expect(Scorecard.PROBED, large.answers().stream().anyMatch(Probe.Answer::ok), "nothing was acknowledged");
        Map<String, Map<Long, Seen>> logs = Window.logs(arena, survivor, sessions);
        List<String> lostHere = Window.lost(large, logs);
        arena.expect(MAJORITY, lostHere.isEmpty(), lostHere.size() + " are gone, such as " + lostHere);
        Set<String> aside = inputs(new Operator(survivor).lostAndFound());
        List<Probe.Answer> lostThere = Window.missing(small, logs);
        List<String> nowhere = new ArrayList<>();
        lostThere.stream()
                .filter(answer -> !aside.contains(answer.session() + " " + answer.id()))
                .forEach(answer -> nowhere.add(answer.id() + " at " + answer.seq() + " of " + answer.session()));
        arena.expect(KEPT, nowhere.isEmpty(), nowhere.size() + " are nowhere, such as " + nowhere);
        arena.expect(KEPT, !lostThere.isEmpty(), "nothing was lost, so that nothing was looked at");
        Set<String> misled = witness.misled(logs);
        Waiting.until(
                "the tabs to be told",
                WITHIN,
                () -> witness.diverged.containsAll(misled),
                () -> misled.size() + " were shown what is no more, told are " + witness.diverged.size());
        arena.expect(TOLD, !misled.isEmpty(), "no tab was shown anything that is no more");
        Window.count(arena, "smaller side", small, cutNs, Long.MAX_VALUE);
        arena.notes.add(
                "acknowledged by the smaller side, not in the log and in the lost-and-found: " + lostThere.size());
        arena.notes.add("sessions whose tab was told diverged: " + witness.diverged.size());
    }

    /** Session and id of every input that was put aside. */
    private static Set<String> inputs(List<JsonObject> entries) {
        Set<String> inputs = new HashSet<>();
        for (JsonObject entry : entries) {
            entry.getJsonArray("events").stream()
                    .map(JsonObject.class::cast)
                    .filter(event -> event.getString("type").equals("input"))
                    .forEach(event -> inputs.add(entry.getString("session") + " " + event.getString("id")));
        }
        return inputs;
    }
}
