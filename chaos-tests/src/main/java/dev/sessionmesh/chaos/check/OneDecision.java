package dev.sessionmesh.chaos.check;

import dev.sessionmesh.chaos.check.Evidence.Operation;
import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Of all decisions on a tool call one is accepted, the log holds that one, and nobody is told that another one was. */
final class OneDecision implements Checker {

    @Override
    public String promise() {
        return "an approval is decided exactly once";
    }

    private record Call(String session, String callId) {}

    @Override
    public List<String> problems(Evidence evidence) {
        List<String> problems = new ArrayList<>();
        Map<Call, String> decisions = new HashMap<>();
        evidence.logs().forEach((session, log) -> {
            for (Seen event : log) {
                if (event.type().equals("approval_resolved")) {
                    Call call = new Call(session, event.field("callId"));
                    String before = decisions.put(call, event.field("decision"));
                    if (before != null) {
                        problems.add(call + " was resolved twice: " + before + ", then " + event.field("decision"));
                    }
                }
            }
        });
        Map<Call, Integer> winners = new HashMap<>();
        for (Operation operation : evidence.operations()) {
            String wanted = wanted(operation.type());
            if (wanted.isEmpty() || !(operation.answer().orElse(null) instanceof Entry.Ok)) {
                continue;
            }
            Call call = new Call(operation.invoke().session(), operation.field("callId"));
            if (!wanted.equals(decisions.get(call))) {
                problems.add(operation.invoke().process() + " was told that it " + wanted + " " + call
                        + ", the log says " + decisions.get(call));
            }
            if (winners.merge(call, 1, Integer::sum) > 1) {
                problems.add(call + " has " + winners.get(call) + " winners");
            }
        }
        return problems;
    }

    private static String wanted(String command) {
        return switch (command) {
            case "approve" -> "approved";
            case "reject" -> "rejected";
            default -> "";
        };
    }
}
