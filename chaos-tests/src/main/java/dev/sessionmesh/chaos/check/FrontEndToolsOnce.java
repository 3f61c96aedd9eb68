package dev.sessionmesh.chaos.check;

import dev.sessionmesh.chaos.check.Evidence.Operation;
import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Of all results that tabs offer for a front-end tool call one is accepted, the log holds that one, and no other tab is told that its was. */
final class FrontEndToolsOnce implements Checker {

    @Override
    public String promise() {
        return "a front-end tool call takes one result, from one tab";
    }

    private record Call(String session, String callId) {}

    @Override
    public List<String> problems(Evidence evidence) {
        List<String> problems = new ArrayList<>();
        Map<Call, Object> results = new HashMap<>();
        evidence.logs().forEach((session, log) -> {
            for (Seen event : log) {
                if (event.type().equals("tool_result")) {
                    Call call = new Call(session, event.field("callId"));
                    Object result = event.more().getValue("result", "");
                    Object before = results.put(call, result);
                    if (before != null) {
                        problems.add(call + " has two results: " + before + ", then " + result);
                    }
                }
            }
        });
        Map<Call, Integer> winners = new HashMap<>();
        for (Operation operation : evidence.operations()) {
            if (!operation.type().equals("tool_result")
                    || !(operation.answer().orElse(null) instanceof Entry.Ok)
                    || !operation.invoke().command().containsKey("result")) {
                continue;
            }
            Call call = new Call(operation.invoke().session(), operation.field("callId"));
            Object offered = operation.invoke().command().getValue("result");
            if (!Objects.equals(offered, results.get(call))) {
                problems.add(operation.invoke().process() + " was told that its result " + offered + " of " + call
                        + " was taken, the log says " + results.get(call));
            }
            if (winners.merge(call, 1, Integer::sum) > 1) {
                problems.add(call + " took results of " + winners.get(call) + " tabs");
            }
        }
        return problems;
    }
}
