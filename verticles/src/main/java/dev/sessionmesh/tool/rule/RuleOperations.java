package dev.sessionmesh.tool.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.jamsesso.jsonlogic.evaluator.JsonLogicExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.AllExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.ArrayHasExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.EqualityExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.IfExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.InExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.InequalityExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.LogicExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.MathExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.MissingExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.NotExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.NumericComparisonExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.StrictEqualityExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.StrictInequalityExpression;
import io.github.jamsesso.jsonlogic.evaluator.expressions.SubstringExpression;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The part of JSON Logic that rules may use. Left out is what makes something larger out of something ({@code map}, {@code reduce},
 * {@code merge}, {@code cat}: a short rule can then fill the memory) and what prints ({@code log}). {@code some}, {@code all} and
 * {@code none} go over arguments only, so that nested ones see each argument once.
 */
final class RuleOperations {
    static final Map<String, JsonLogicExpression> ALLOWED = List.<JsonLogicExpression>of(
                    IfExpression.IF,
                    IfExpression.TERNARY,
                    EqualityExpression.INSTANCE,
                    InequalityExpression.INSTANCE,
                    StrictEqualityExpression.INSTANCE,
                    StrictInequalityExpression.INSTANCE,
                    NotExpression.SINGLE,
                    NotExpression.DOUBLE,
                    LogicExpression.AND,
                    LogicExpression.OR,
                    new NumbersOnly(NumericComparisonExpression.GT),
                    new NumbersOnly(NumericComparisonExpression.GTE),
                    new NumbersOnly(NumericComparisonExpression.LT),
                    new NumbersOnly(NumericComparisonExpression.LTE),
                    new NumbersOnly(MathExpression.ADD),
                    new NumbersOnly(MathExpression.SUBTRACT),
                    new NumbersOnly(MathExpression.MULTIPLY),
                    new NumbersOnly(MathExpression.DIVIDE),
                    new NumbersOnly(MathExpression.MODULO),
                    new NumbersOnly(MathExpression.MIN),
                    new NumbersOnly(MathExpression.MAX),
                    InExpression.INSTANCE,
                    SubstringExpression.INSTANCE,
                    MissingExpression.ALL,
                    MissingExpression.SOME,
                    AllExpression.INSTANCE,
                    ArrayHasExpression.SOME,
                    ArrayHasExpression.NONE)
            .stream()
            .collect(Collectors.toUnmodifiableMap(JsonLogicExpression::key, Function.identity()));

    private static final Set<String> OVER_ARGUMENTS = Set.of("all", "some", "none");

    private RuleOperations() {}

    /** Why this is no rule; absent when it is one. */
    static Optional<String> problem(JsonNode rule) {
        return rule.isObject() ? inside(rule) : Optional.of("a rule is a JSON object such as {\">\": [...]}");
    }

    private static Optional<String> inside(JsonNode node) {
        if (node.isObject()) {
            Optional<String> problem = operation(node);
            if (problem.isPresent()) {
                return problem;
            }
        }
        for (JsonNode child : node) {
            Optional<String> problem = inside(child);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> operation(JsonNode node) {
        if (node.size() != 1) {
            return Optional.of("an operation is an object with one field");
        }
        String name = node.fieldNames().next();
        JsonNode operands = node.get(name);
        if (name.equals("var")) {
            JsonNode path = operands.isArray() ? operands.path(0) : operands;
            return path.isTextual() ? Optional.empty() : Optional.of("var names an argument by a text");
        }
        if (!ALLOWED.containsKey(name)) {
            return Optional.of("there is no operation " + name + "; there are var, "
                    + String.join(", ", new TreeSet<>(ALLOWED.keySet())));
        }
        boolean overArguments = operands.path(0).has("var");
        return OVER_ARGUMENTS.contains(name) && !overArguments
                ? Optional.of(name + " goes over a list that var names")
                : Optional.empty();
    }
}
