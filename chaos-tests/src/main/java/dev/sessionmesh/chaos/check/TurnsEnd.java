package dev.sessionmesh.chaos.check;

import dev.sessionmesh.chaos.history.Seen;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every turn that was received comes to an end, one end, and nothing of it follows. */
final class TurnsEnd implements Checker {

    static final Set<String> TERMINAL = Set.of("completed", "failed", "cancelled", "expired");

    @Override
    public String promise() {
        return "every turn ends, once, and none is left hanging";
    }

    @Override
    public List<String> problems(Evidence evidence) {
        List<String> problems = new ArrayList<>();
        evidence.logs().forEach((session, log) -> {
            Map<String, String> statuses = new LinkedHashMap<>();
            for (Seen event : log) {
                String turn = event.field("turn");
                switch (event.type()) {
                    case "turn" -> statuses.put(turn, "received");
                    case "agent_status" -> {
                        String status = event.field("status");
                        String before = statuses.put(turn, status);
                        if (before == null) {
                            problems.add(session + " " + turn + " is " + status + " but was never received");
                        } else if (TERMINAL.contains(before)) {
                            problems.add(session + " " + turn + " is " + status + " at seq " + event.seq()
                                    + " after it was " + before);
                        }
                    }
                    default -> {}
                }
            }
            statuses.forEach((turn, status) -> {
                if (!TERMINAL.contains(status)) {
                    problems.add(session + " " + turn + " is left " + status);
                }
            });
        });
        return problems;
    }
}
