package dev.sessionmesh.tool.rule;

import io.github.jamsesso.jsonlogic.evaluator.JsonLogicEvaluationException;
import io.github.jamsesso.jsonlogic.evaluator.expressions.PreEvaluatedArgumentsExpression;
import java.util.List;

/**
 * Comparisons and sums of numbers, and of nothing else. The library calls a comparison with something missing, or with a text that is no
 * number, false: {@code amount > 100} would let everything pass whose amount is left out or written in another way. It also knows results
 * that are no numbers, such as zero divided by zero, which compare as false with everything.
 */
record NumbersOnly(PreEvaluatedArgumentsExpression operation) implements PreEvaluatedArgumentsExpression {
    @Override
    public String key() {
        return operation.key();
    }

    @Override
    @SuppressWarnings("rawtypes") // the library's
    public Object evaluate(List operands, Object data, String path) throws JsonLogicEvaluationException {
        for (Object operand : operands) {
            if (!(operand instanceof Number number) || Double.isNaN(number.doubleValue())) {
                throw new JsonLogicEvaluationException(key() + " is for numbers", path);
            }
        }
        return operation.evaluate(operands, data, path);
    }
}
