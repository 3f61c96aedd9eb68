package dev.sessionmesh.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.archive.Retention.Rules;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetentionTest {
    private static final Rules OTHERS = Rules.of(30, 100, 0, 7);

    @Test
    void a_tenant_has_the_rules_of_the_others_where_it_has_none() {
        Retention read = parse("{'tenants': {'acme': {'keepDays': 0, 'keepMegabytes': 5}, 'small': {}}}");
        assertEquals(Rules.of(0, 100, 5, 7), read.of("acme"));
        assertEquals(OTHERS, read.of("small"));
        assertEquals(OTHERS, read.of("somebody"));
        assertEquals(OTHERS, parse("{}").of("acme"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    []                                        | it is not a JSON object
                    {'tenant': {}}                            | it has something else than tenants
                    {'tenants': []}                           | tenants is not an object
                    {'tenants': {'a/b': {}}}                  | a tenant's name is 1 to 128 of A-Za-z0-9._-
                    {'tenants': {'a': 1}}                     | a is not an object
                    {'tenants': {'a': {'days': 1}}}           | a has something else than compactDays, keepDays, keepMegabytes, keepSessions
                    {'tenants': {'a': {'keepDays': -1}}}      | a: keepDays must be 0 to 36500, not -1
                    {'tenants': {'a': {'keepDays': 1.5}}}     | a: keepDays is not a whole number
                    {'tenants': {'a': {'keepSessions': null}}}| a: keepSessions is not a whole number
                    """, quoteCharacter = '"')
    void what_is_wrong_is_named(String file, String problem) {
        assertEquals(
                problem,
                assertThrows(IllegalArgumentException.class, () -> parse(file)).getMessage());
    }

    @Test
    void a_file_has_a_limit() {
        StringBuilder many = new StringBuilder("{'tenants': {'t': {}");
        for (int i = 0; i < 10_000; i++) {
            many.append(", 't").append(i).append("': {}");
        }
        String message = assertThrows(IllegalArgumentException.class, () -> parse(many + "}}"))
                .getMessage();
        assertTrue(message.contains("10000 tenants"), message);
    }

    private static Retention parse(String file) {
        return Retention.parse(Buffer.buffer(file.replace('\'', '"')), OTHERS);
    }
}
