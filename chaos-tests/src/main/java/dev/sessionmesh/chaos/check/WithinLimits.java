package dev.sessionmesh.chaos.check;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.core.Limits;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * No session has more turns waiting than it may, at any point of its log. And when nobody asks or follows any more, nothing is left of it: no node runs a
 * turn, or keeps something for a tab, and what is alive on its heap leaves room. While the load runs a heap needs no watching: a node of the lab that runs
 * out of it ends, and the lab remembers.
 */
final class WithinLimits implements Checker {

    /** The share of the heap above which an operator is told, too. */
    private static final double HEAP = 0.85;

    private static final int OPEN_TURNS = 1 + Limits.DEFAULT.turnsQueued();

    @Override
    public String promise() {
        return "memory and queues stay within their limits, and nothing goes on at rest";
    }

    @Override
    public List<String> problems(Evidence evidence) {
        List<String> problems = new ArrayList<>();
        evidence.logs().forEach((session, log) -> queue(session, log, problems));
        evidence.history().all(Entry.Vitals.class).forEach(vitals -> rest(vitals, problems));
        return problems;
    }

    private static void queue(String session, List<Seen> log, List<String> problems) {
        Set<String> open = new HashSet<>();
        for (Seen seen : log) {
            if (seen.type().equals("turn")) {
                open.add(seen.field("turn"));
                if (open.size() > OPEN_TURNS) {
                    problems.add(session + " has " + open.size() + " open turns at seq " + seen.seq());
                }
            } else if (seen.type().equals("agent_status") && TurnsEnd.TERMINAL.contains(seen.field("status"))) {
                open.remove(seen.field("turn"));
            }
        }
    }

    private static void rest(Entry.Vitals vitals, List<String> problems) {
        for (Map.Entry<String, Object> figure : vitals.figures()) {
            double value = ((Number) figure.getValue()).doubleValue();
            boolean isHeap = figure.getKey().equals(Entry.Vitals.HEAP);
            if (value < 0) {
                problems.add(vitals.node() + " at rest does not tell its " + figure.getKey());
            } else if (value > (isHeap ? HEAP : 0)) {
                problems.add(
                        String.format(Locale.ROOT, "%s at rest: %s is %.2f", vitals.node(), figure.getKey(), value));
            }
        }
    }
}
