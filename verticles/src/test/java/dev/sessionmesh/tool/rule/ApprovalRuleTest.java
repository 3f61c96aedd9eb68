package dev.sessionmesh.tool.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessionmesh.tool.ArgumentsJson;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ApprovalRuleTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                {">":[{"var":"arguments.amount"},100]}                     | {"amount":101}                 | true
                {">":[{"var":"arguments.amount"},100]}                     | {"amount":100}                 | false
                {"<":[0,{"var":"arguments.amount"},100]}                   | {"amount":100}                 | false
                {"==":[{"var":"arguments.env"},"prod"]}                    | {"env":"prod"}                 | true
                {"==":[{"var":"arguments.env"},"prod"]}                    | {"env":"test"}                 | false
                {"in":[{"var":"arguments.to"},["a","b"]]}                  | {"to":"c"}                     | false
                {"in":["@example.org",{"var":"arguments.to"}]}             | {"to":"x@example.org"}         | true
                {"!!":{"missing":["arguments.reason"]}}                    | {}                             | true
                {"!!":{"missing":["arguments.reason"]}}                    | {"reason":"r"}                 | false
                {"or":[false,{">":[{"+":[{"var":"arguments.a"},1]},2]}]}   | {"a":1}                        | false
                {"some":[{"var":"arguments.rows"},{">":[{"var":"n"},9]}]}  | {"rows":[{"n":1},{"n":10}]}    | true
                {"some":[{"var":"arguments.rows"},{">":[{"var":"n"},9]}]}  | {"rows":[{"n":1}]}             | false
                {">":[{"var":["arguments.amount",0]},100]}                 | {}                             | false
                """)
    void a_rule_decides_by_the_arguments(String rule, String arguments, boolean asks) {
        assertEquals(Optional.empty(), ApprovalRule.problem(rule));
        assertEquals(asks, ApprovalRule.of(rule).asks(json(arguments)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                {">":[{"var":"arguments.amount"},100]}           | {}                       | a missing number
                {">":[{"var":"arguments.amount"},100]}           | {"amount":"99"}          | a text for a number
                {">":[{"var":"arguments.amount"},100]}           | {"amount":[1]}           | a list for a number
                {">":[{"var":"arguments.amount"},100]}           | []                       | a list for the arguments
                {">":[{"/":[{"var":"arguments.a"},0]},1]}        | {"a":0}                  | no number at all
                {"var":"arguments.flag"}                         | {"flag":0}               | neither true nor false
                {"var":"arguments.flag"}                         | {}                       | nothing
                {"+":[1,2]}                                      | {}                       | a number
                {"some":[{"var":"arguments.rows"},true]}         | {"rows":1}               | no list
                {"substr":["x"]}                                 | {}                       | too few operands
                """)
    void a_rule_that_fails_or_says_neither_yes_nor_no_asks(String rule, String arguments, String why) {
        assertEquals(Optional.empty(), ApprovalRule.problem(rule));
        assertTrue(ApprovalRule.of(rule).asks(json(arguments)), why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "true",
                "[]",
                "{",
                "{}",
                "{\">\":[1,2],\"<\":[1,2]}",
                "{\">\":[1,2],\">\":[2,1]}",
                "{\"no_such\":[1]}",
                "{\"log\":\"x\"}",
                "{\"map\":[{\"var\":\"arguments.a\"},1]}",
                "{\"reduce\":[{\"var\":\"arguments.a\"},{\"cat\":[{\"var\":\"accumulator\"},{\"var\":\"accumulator\"}]},\"x\"]}",
                "{\"and\":[{\"merge\":[[1],[2]]}]}",
                "{\"some\":[[1,2,3],true]}",
                "{\"var\":{\"var\":\"arguments.a\"}}",
                "{\"==\":[{\"a\":1,\"b\":2},1]}",
            })
    void what_is_no_rule_is_refused_when_it_is_given(String rule) {
        assertTrue(ApprovalRule.problem(rule).isPresent());
        assertThrows(IllegalArgumentException.class, () -> ApprovalRule.of(rule));
    }

    @Test
    void a_rule_is_short() {
        String longest = "{\"==\":[1,\"" + "x".repeat(ApprovalRule.CHARS_MOST) + "\"]}";
        assertTrue(ApprovalRule.problem(longest).isPresent());
    }

    @Test
    void much_work_is_not_done_but_asked_about() {
        String rule = "{\"or\":["
                + "{\"some\":[{\"var\":\"arguments.a\"},{\"==\":[{\"var\":\"\"},1]}]},".repeat(60)
                + "false]}";
        JsonNode many = json("{\"a\":[" + "0,".repeat(10_000) + "0]}");
        assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> assertTrue(ApprovalRule.of(rule).asks(many)));
    }

    private static JsonNode json(String text) {
        return ArgumentsJson.read(text).orElseThrow();
    }
}
