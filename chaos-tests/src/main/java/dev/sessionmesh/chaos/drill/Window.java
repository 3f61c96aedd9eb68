package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.chaos.lab.LabException;
import dev.sessionmesh.chaos.lab.LabPlan;
import dev.sessionmesh.chaos.lab.Network.Cut;
import dev.sessionmesh.chaos.lab.Node;
import dev.sessionmesh.client.ClientOptions;
import dev.sessionmesh.client.Position;
import dev.sessionmesh.client.Tab;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Two of five are cut off while both sides are written to, with one backup: some sessions have both copies on the smaller side. What
 * that side takes before it notices can be lost; the drill says how much was acknowledged, shown and gone, and that nothing of it was
 * the majority's.
 */
final class Window implements Drill.Scenario {

    private static final int SESSIONS = 40;
    private static final Duration EVERY = Duration.ofMillis(50);
    private static final Duration BEFORE = Duration.ofSeconds(4);
    private static final Duration CUT_FOR = Duration.ofSeconds(15);
    private static final Duration WITHIN = Duration.ofSeconds(40);
    /** Half the failure detection, a tick, and the command that was on its way. */
    private static final double NOTICES_MS = 3_500;
    /** A heartbeat, a tick, and the command that was on its way. */
    private static final double STRICT_NOTICES_MS = 2_000;

    private static final String MAJORITY = "nothing that the majority acknowledged is lost";
    private static final String NEVER_ABSENT = "no session whose copies are away is said not to exist";
    private static final String BOUNDED = "the smaller side acknowledges nothing once it must have noticed";

    private final boolean strict;

    Window(boolean strict) {
        this.strict = strict;
    }

    @Override
    public LabPlan prepare(LabPlan plan, Vertx vertx) {
        return strict ? plan.withArguments(List.of("--strict")) : plan;
    }

    @Override
    public void play(Arena arena) {
        List<String> sessions = create(arena, "window", SESSIONS);
        List<Node> nodes = arena.lab.nodes();
        List<Node> few = nodes.subList(0, (nodes.size() - 1) / 2);
        List<Node> many = nodes.subList(few.size(), nodes.size());
        Witness witness = new Witness();
        List<Tab> tabs = sessions.stream()
                .map(session -> arena.client.follow(
                        ClientOptions.of(List.of(few.getFirst().url())),
                        session,
                        Position.start(),
                        witness.of(session)))
                .toList();
        Probe small = Probe.unjudged(arena, few.getFirst(), sessions, EVERY);
        Probe large = Probe.unjudged(arena, many.getLast(), sessions, EVERY);
        Arena.pass(BEFORE);
        long cutNs = System.nanoTime();
        arena.cut(Cut.between(Partition.numbers(few), Partition.numbers(many)), few);
        Arena.pass(CUT_FOR);
        long healNs = System.nanoTime();
        arena.heal();
        arena.awaitMerged(few, healNs);
        arena.awaitWhole();
        small.stop();
        large.stop();
        Map<String, Map<Long, Seen>> logs = logs(arena, many.getFirst(), sessions);
        count(arena, "smaller side", small, cutNs, healNs);
        count(arena, "majority", large, cutNs, healNs);
        long absent = Stream.of(small, large)
                .flatMap(probe -> probe.answers().stream())
                .filter(answer -> answer.code().equals("session_not_found"))
                .count();
        arena.expect(Scorecard.PROBED, large.answers().stream().anyMatch(Probe.Answer::ok), "nothing was acknowledged");
        arena.expect(NEVER_ABSENT, absent == 0, absent + " answers said so");
        double last = small.lastOkMs(cutNs, healNs);
        arena.notes.add("the smaller side's last acknowledgement came " + last + " ms after the cut");
        arena.expect(BOUNDED, last <= (strict ? STRICT_NOTICES_MS : NOTICES_MS), last + " ms after the cut");
        List<String> lostThere = lost(small, logs);
        List<String> lostHere = lost(large, logs);
        arena.expect(MAJORITY, lostHere.isEmpty(), lostHere.size() + " are gone, such as " + first(lostHere));
        arena.notes.add("acknowledged by the smaller side and lost: " + lostThere.size());
        lostThere.forEach(one -> arena.notes.add("lost: " + one));
        arena.notes.add("sessions whose tab was shown what is not in the log: "
                + witness.misled(logs).size());
        arena.notes.add("tabs that were told diverged: " + witness.diverged.size());
        tabs.forEach(tab -> Workload.await("closing a tab", WITHIN, tab.close()));
    }

    /** Sessions named {@code prefix-1} and so on. */
    static List<String> create(Arena arena, String prefix, int count) {
        List<String> sessions = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            sessions.add(prefix + "-" + i);
            Workload.await(
                    "a session",
                    WITHIN,
                    arena.client.http().createSession(new JsonObject().put("id", sessions.getLast())));
        }
        return sessions;
    }

    private static String first(List<String> some) {
        return some.isEmpty() ? "none" : some.getFirst();
    }

    static void count(Arena arena, String side, Probe probe, long fromNs, long toNs) {
        Map<String, Integer> codes = new TreeMap<>();
        probe.answers().stream()
                .filter(answer -> answer.answeredNs() >= fromNs && answer.answeredNs() <= toNs)
                .forEach(answer -> codes.merge(answer.code(), 1, Integer::sum));
        arena.notes.add("answers of the " + side + " during the cut: " + codes);
    }

    static Map<String, Map<Long, Seen>> logs(Arena arena, Node node, List<String> sessions) {
        Map<String, Map<Long, Seen>> logs = new HashMap<>();
        Map<String, Integer> unread = new TreeMap<>();
        for (String session : sessions) {
            Map<Long, Seen> bySeq = new HashMap<>();
            try {
                arena.workload.readLog(node.url(), session).forEach(seen -> bySeq.put(seen.seq(), seen));
            } catch (LabException e) {
                unread.merge(String.valueOf(e.getMessage()).replace(session, "a session"), 1, Integer::sum);
            }
            logs.put(session, bySeq);
        }
        arena.expect("after the healing every log can be read", unread.isEmpty(), "" + unread);
        return logs;
    }

    static List<String> lost(Probe probe, Map<String, Map<Long, Seen>> logs) {
        return missing(probe, logs).stream()
                .map(answer -> answer.id() + " at " + answer.seq() + " of " + answer.session())
                .toList();
    }

    /** Acknowledgements of what is not in these logs. */
    static List<Probe.Answer> missing(Probe probe, Map<String, Map<Long, Seen>> logs) {
        List<Probe.Answer> missing = new ArrayList<>();
        for (Probe.Answer answer : probe.answers()) {
            if (answer.ok()) {
                Seen there = logs.getOrDefault(answer.session(), Map.of()).get(answer.seq());
                if (there == null || !there.field("id").equals(answer.id())) {
                    missing.add(answer);
                }
            }
        }
        return missing;
    }
}
