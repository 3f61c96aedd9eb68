package dev.sessionmesh.tool.rule;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessionmesh.tool.ArgumentsJson;
import io.github.jamsesso.jsonlogic.ast.JsonLogicNode;
import io.github.jamsesso.jsonlogic.ast.JsonLogicParseException;
import io.github.jamsesso.jsonlogic.ast.JsonLogicParser;
import io.github.jamsesso.jsonlogic.evaluator.JsonLogicEvaluationException;
import io.github.jamsesso.jsonlogic.evaluator.JsonLogicEvaluator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A rule on a call's arguments, in JSON Logic over {@code {"arguments": ...}}: whether a person has to approve. It errs towards asking: a
 * rule that fails, or that says neither true nor false, asks.
 */
public final class ApprovalRule {
    static final int CHARS_MOST = 4_096;

    /** Values of the rule times values of the arguments: what a rule can come to look at. */
    static final int PAIRS_MOST = 200_000;

    private static final JsonLogicEvaluator EVALUATOR = new JsonLogicEvaluator(RuleOperations.ALLOWED);

    private final JsonLogicNode rule;
    private final int size;

    private ApprovalRule(JsonLogicNode rule, int size) {
        this.rule = rule;
        this.size = size;
    }

    /** Why this is no rule that can be used; absent when it is one. */
    public static Optional<String> problem(String text) {
        if (text.length() > CHARS_MOST) {
            return Optional.of("a rule has at most " + CHARS_MOST + " characters");
        }
        return ArgumentsJson.read(text)
                .map(RuleOperations::problem)
                .orElse(Optional.of("a rule is JSON, without a field given twice"));
    }

    /** The operations that rules may consist of, beside {@code var}. */
    public static Set<String> operations() {
        return RuleOperations.ALLOWED.keySet();
    }

    /** @throws IllegalArgumentException for what {@link #problem} refuses */
    public static ApprovalRule of(String text) {
        problem(text).ifPresent(why -> {
            throw new IllegalArgumentException(why);
        });
        try {
            int size = ArgumentsJson.read(text).map(ArgumentsJson::size).orElse(PAIRS_MOST);
            return new ApprovalRule(JsonLogicParser.parse(text), size);
        } catch (JsonLogicParseException malformed) {
            throw new IllegalArgumentException("a rule is JSON Logic", malformed);
        }
    }

    /** Whether a call with these arguments needs an approval. */
    public boolean asks(JsonNode arguments) {
        if ((long) size * ArgumentsJson.size(arguments) > PAIRS_MOST) {
            return true;
        }
        try {
            Object plain = ArgumentsJson.MAPPER.convertValue(arguments, Object.class);
            return !Boolean.FALSE.equals(EVALUATOR.evaluate(rule, Map.of("arguments", plain), "$"));
        } catch (JsonLogicEvaluationException | RuntimeException failed) {
            return true;
        }
    }
}
