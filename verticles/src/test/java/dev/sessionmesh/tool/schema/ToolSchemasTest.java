package dev.sessionmesh.tool.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessionmesh.tool.ArgumentsJson;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ToolSchemasTest {
    private final ToolSchemas schemas = new ToolSchemas();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                {"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]} | {"n":1}           | true
                {"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]} | {}                | false
                {"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]} | {"n":"1"}         | false
                {"properties":{"n":{"maximum":10}}}                                       | {"n":11}          | false
                {"additionalProperties":false,"properties":{"a":{}}}                      | {"b":1}           | false
                {"properties":{"s":{"enum":["a","b"]}}}                                   | {"s":"c"}         | false
                {"properties":{"s":{"pattern":"^[a-z]+$"}}}                               | {"s":"abc"}       | true
                {"properties":{"s":{"pattern":"^[a-z]+$"}}}                               | {"s":"ABC"}       | false
                {"$defs":{"p":{"type":"string"}},"properties":{"s":{"$ref":"#/$defs/p"}}} | {"s":1}           | false
                {"$schema":"http://json-schema.org/draft-07/schema#","type":"array"}      | {}                | false
                {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"array"} | []                | true
                """)
    void arguments_are_held_against_the_schema(String schema, String arguments, boolean fit) {
        assertEquals(Optional.empty(), schemas.unusable(schema));
        assertEquals(fit, schemas.problem(schema, json(arguments)).isEmpty());
    }

    @Test
    void what_is_wrong_is_told_with_its_place() {
        String problem = schemas.problem("{\"properties\":{\"n\":{\"type\":\"integer\"}}}", json("{\"n\":\"x\"}"))
                .orElseThrow();
        assertTrue(problem.contains("/n") && problem.contains("integer"), problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                []                                                       | not a JSON object
                {"type":"object","type":"array"}                         | not a JSON object
                {"$ref":"https://example.org/other.json"}                | outside of itself
                {"$ref":"classpath:logback.xml"}                         | outside of itself
                {"$ref":"#/$defs/missing"}                               | not there
                {"$ref":"#"}                                             | circles
                {"$defs":{"t":{"properties":{"t":{"$ref":"#/$defs/t"}}}}}| circles
                {"$dynamicRef":"#x"}                                     | depend
                {"$schema":"https://example.org/own-dialect"}            | not a JSON Schema
                """)
    void a_schema_that_can_not_be_used_is_told_why(String schema, String why) {
        String told = schemas.unusable(schema).orElse("usable");
        assertTrue(told.contains(why), told);
        assertEquals(Optional.empty(), schemas.problem(schema, json("{}")), "nothing is checked against it");
    }

    @Test
    void references_that_stand_for_an_immense_schema_are_not_followed() {
        StringBuilder bomb = new StringBuilder("{\"$defs\":{\"d0\":{}");
        for (int i = 1; i <= 40; i++) {
            String half = "{\"$ref\":\"#/$defs/d" + (i - 1) + "\"}";
            bomb.append(",\"d")
                    .append(i)
                    .append("\":{\"allOf\":[")
                    .append(half)
                    .append(',')
                    .append(half)
                    .append("]}");
        }
        bomb.append("},\"$ref\":\"#/$defs/d40\"}");
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertEquals(Optional.of("it is too large"), schemas.unusable(bomb.toString())));
    }

    @Test
    void many_arguments_against_a_large_schema_are_refused_unseen() {
        String wide = "{\"items\":{\"enum\":[" + "0,".repeat(9_999) + "0]}}";
        assertEquals(
                Optional.of("they are too many to be checked"),
                schemas.problem(wide, json("[" + "1,".repeat(999) + "1]")));
    }

    @Test
    void a_pattern_takes_time_in_proportion_to_the_text() {
        String slow = "{\"properties\":{\"s\":{\"pattern\":\"^(a+)+$\"}}}";
        JsonNode arguments = json("{\"s\":\"" + "a".repeat(5_000) + "!\"}");
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertTrue(schemas.problem(slow, arguments).isPresent()));
    }

    @Test
    void a_pattern_that_needs_more_is_left_to_the_tool() {
        String ahead = "{\"properties\":{\"s\":{\"pattern\":\"^(?=x)\"}}}";
        assertEquals(Optional.empty(), schemas.unusable(ahead));
        assertEquals(Optional.empty(), schemas.problem(ahead, json("{\"s\":\"y\"}")));
    }

    @Test
    void one_schema_does_not_find_another_by_its_name() {
        String named = "{\"$id\":\"https://example.org/mine\",\"type\":\"string\"}";
        String thief = "{\"$ref\":\"https://example.org/mine\"}";
        assertEquals(Optional.empty(), schemas.unusable(named));
        assertTrue(schemas.unusable(thief).isPresent());
    }

    private static JsonNode json(String text) {
        return ArgumentsJson.read(text).orElseThrow();
    }
}
