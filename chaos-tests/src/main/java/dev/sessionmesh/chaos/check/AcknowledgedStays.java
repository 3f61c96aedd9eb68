package dev.sessionmesh.chaos.check;

import dev.sessionmesh.chaos.check.Evidence.Operation;
import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What was acknowledged is in the log, at the seq that was acknowledged. */
final class AcknowledgedStays implements Checker {

    @Override
    public String promise() {
        return "no acknowledged command is lost";
    }

    @Override
    public List<String> problems(Evidence evidence) {
        Map<String, Map<Long, Seen>> bySeq = new HashMap<>();
        evidence.logs().forEach((session, log) -> {
            Map<Long, Seen> events = bySeq.computeIfAbsent(session, s -> new HashMap<>());
            log.forEach(seen -> events.put(seen.seq(), seen));
        });
        List<String> problems = new ArrayList<>();
        for (Operation operation : evidence.operations()) {
            if (operation.answer().orElse(null) instanceof Entry.Ok ok) {
                String session = operation.invoke().session();
                Seen event = bySeq.getOrDefault(session, Map.of()).get(ok.seq());
                if (event == null) {
                    problems.add(ok.id() + " was acknowledged at " + ok.seq() + " of " + session
                            + ", which is not in the log");
                } else if (!matches(operation, ok, event)) {
                    problems.add(ok.id() + " was acknowledged at " + ok.seq() + " of " + session
                            + ", where the log holds " + event);
                }
            }
        }
        return problems;
    }

    private static boolean matches(Operation operation, Entry.Ok ok, Seen event) {
        return switch (operation.type()) {
            case "input" ->
                event.type().equals("input")
                        && event.field("id").equals(ok.id())
                        && event.field("text").equals(operation.field("text"));
            case "steer" -> event.type().equals("steer") && event.field("id").equals(ok.id());
            case "approve" -> resolved(operation, event, "approved");
            case "reject" -> resolved(operation, event, "rejected");
            case "tool_result" ->
                event.type().equals("tool_result") && event.field("callId").equals(operation.field("callId"));
            default -> true;
        };
    }

    private static boolean resolved(Operation operation, Seen event, String decision) {
        return event.type().equals("approval_resolved")
                && event.field("callId").equals(operation.field("callId"))
                && event.field("decision").equals(decision);
    }
}
