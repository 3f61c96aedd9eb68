package dev.sessionmesh.chaos.check;

import dev.sessionmesh.chaos.check.Evidence.Operation;
import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Commands of which their sender doesn't know whether they took effect. No promise is broken by them: what they did is in the log, which
 * the checkers hold to at most once.
 */
public final class UnknownOutcomes {

    private record Said(String session, String text) {}

    private final Evidence evidence;
    /** Of each input, how often the log holds it beyond what was acknowledged. */
    private final Map<Said, Integer> spare = new HashMap<>();

    private final Map<Said, Integer> open = new HashMap<>();

    private UnknownOutcomes(Evidence evidence) {
        this.evidence = evidence;
    }

    /** One line each: who sent what, why the answer is not known, and what the log says. */
    public static List<String> of(Evidence evidence) {
        return new UnknownOutcomes(evidence).lines();
    }

    private static boolean unknown(Operation operation) {
        return operation.answer().isEmpty() || operation.answer().get() instanceof Entry.Info;
    }

    private List<String> lines() {
        List<Operation> operations = evidence.operations();
        if (operations.stream().noneMatch(UnknownOutcomes::unknown)) {
            return List.of();
        }
        count(operations);
        List<String> lines = new ArrayList<>();
        for (Operation operation : operations) {
            if (unknown(operation)) {
                String why = operation.answer().orElse(null) instanceof Entry.Info info ? info.code() : "no answer";
                lines.add(operation.type() + " of " + operation.invoke().process() + ": " + why + "; "
                        + effect(operation));
            }
        }
        return lines;
    }

    private void count(List<Operation> operations) {
        evidence.logs().forEach((session, log) -> log.stream()
                .filter(event -> event.type().equals("input"))
                .forEach(event -> spare.merge(new Said(session, event.field("text")), 1, Integer::sum)));
        for (Operation operation : operations) {
            if (operation.type().equals("input")) {
                Said said = said(operation);
                spare.merge(said, operation.acknowledged() ? -1 : 0, Integer::sum);
                open.merge(said, unknown(operation) ? 1 : 0, Integer::sum);
            }
        }
    }

    private static Said said(Operation operation) {
        return new Said(operation.invoke().session(), operation.field("text"));
    }

    private String effect(Operation operation) {
        if (!evidence.logs().containsKey(operation.invoke().session())) {
            return "its log could not be read";
        }
        return switch (operation.type()) {
            case "input" -> {
                int more = spare.getOrDefault(said(operation), 0);
                yield more <= 0
                        ? "it took no effect"
                        : more >= open.getOrDefault(said(operation), 0)
                                ? "it took effect"
                                : more + " of several that say the same took effect";
            }
            case "approve" -> resolved(operation, "approved");
            case "reject" -> resolved(operation, "rejected");
            case "tool_result" ->
                effect(
                        operation,
                        event -> event.type().equals("tool_result")
                                && String.valueOf(event.more().getValue("result"))
                                        .equals(String.valueOf(
                                                operation.invoke().command().getValue("result"))));
            default -> "the log does not tell";
        };
    }

    private String resolved(Operation operation, String decision) {
        return effect(
                operation,
                event -> event.type().equals("approval_resolved")
                        && event.field("decision").equals(decision));
    }

    private String effect(Operation operation, Predicate<Seen> itsTrace) {
        boolean there = evidence.log(operation.invoke().session()).stream()
                .anyMatch(event -> event.field("callId").equals(operation.field("callId")) && itsTrace.test(event));
        return there ? "it took effect" : "it took no effect";
    }
}
