package dev.sessionmesh.chaos.check;

import dev.sessionmesh.chaos.history.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A run epoch belongs to one runner, and the epochs of a turn only rise. */
final class OneRunner implements Checker {

    @Override
    public String promise() {
        return "at most one runner's output is accepted for a turn";
    }

    @Override
    public List<String> problems(Evidence evidence) {
        List<String> problems = new ArrayList<>();
        evidence.logs().forEach((session, log) -> {
            Map<String, Long> epochs = new HashMap<>();
            Map<String, String> runners = new HashMap<>();
            for (Seen event : log) {
                long epoch = event.type().equals("agent_status") ? event.more().getLong("runEpoch", 0L) : 0;
                if (epoch == 0) {
                    continue;
                }
                String turn = event.field("turn");
                long before = epochs.getOrDefault(turn, 0L);
                if (epoch < before) {
                    problems.add(
                            session + " " + turn + ": epoch " + epoch + " at seq " + event.seq() + " after " + before);
                }
                epochs.put(turn, Math.max(epoch, before));
                String runner = event.field("runner");
                String other = runner.isEmpty() ? null : runners.put(turn + "@" + epoch, runner);
                if (other != null && !other.equals(runner)) {
                    problems.add(session + " " + turn + ": epoch " + epoch + " has two runners, " + other + " and "
                            + runner);
                }
                if (event.more().getBoolean("takeover", false) && epoch == before) {
                    problems.add(session + " " + turn + ": a takeover at seq " + event.seq() + " kept epoch " + epoch);
                }
            }
        });
        return problems;
    }
}
