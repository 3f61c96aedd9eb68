package dev.sessionmesh.chaos.check;

import dev.sessionmesh.chaos.check.Evidence.Operation;
import dev.sessionmesh.chaos.history.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every input of the log was sent by somebody, and as often as it was sent: none twice, none that was refused. */
final class NothingInvented implements Checker {

    @Override
    public String promise() {
        return "nothing takes effect twice, and nothing that nobody asked for";
    }

    private record Said(String session, String text) {}

    private static final class Count {
        int sent;
        int refused;
        int logged;
    }

    @Override
    public List<String> problems(Evidence evidence) {
        List<String> problems = new ArrayList<>();
        Map<Said, Count> counts = new HashMap<>();
        for (Operation operation : evidence.operations()) {
            if (operation.type().equals("input")) {
                Count count = counts.computeIfAbsent(
                        new Said(operation.invoke().session(), operation.field("text")), s -> new Count());
                count.sent++;
                count.refused += operation.refused() ? 1 : 0;
            }
        }
        evidence.logs().forEach((session, log) -> {
            Set<String> ids = new HashSet<>();
            for (Seen event : log) {
                if (event.type().equals("input")) {
                    counts.computeIfAbsent(new Said(session, event.field("text")), s -> new Count()).logged++;
                    if (!ids.add(event.field("id"))) {
                        problems.add("in " + session + " the command " + event.field("id") + " took effect twice");
                    }
                }
            }
        });
        counts.forEach((said, count) -> {
            if (count.logged > count.sent - count.refused) {
                problems.add(said + " is in the log " + count.logged + " times, was sent " + count.sent
                        + " times and refused " + count.refused + " times");
            }
        });
        return problems;
    }
}
