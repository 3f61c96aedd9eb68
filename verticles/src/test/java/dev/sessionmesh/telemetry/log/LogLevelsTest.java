package dev.sessionmesh.telemetry.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class LogLevelsTest {
    private static final String OURS = "dev.sessionmesh.webhook";

    @AfterEach
    void reset() {
        LogLevels.set(OURS, Optional.empty());
    }

    @Test
    void a_level_holds_for_all_below_until_it_is_taken_back() {
        LogLevels.set(OURS, Optional.of("DEBUG"));
        assertEquals("debug", LogLevels.all().get(OURS));
        assertTrue(LoggerFactory.getLogger(OURS + ".Lane").isDebugEnabled());
        LogLevels.set(OURS, Optional.of("off"));
        assertFalse(LoggerFactory.getLogger(OURS + ".Lane").isErrorEnabled());
        LogLevels.set(OURS, Optional.empty());
        assertFalse(LogLevels.all().containsKey(OURS));
    }

    @ParameterizedTest
    @CsvSource({
        "io.netty.handler, debug",
        "io.netty.handler.codec.http2, trace",
        "io.vertx.core.http, debug",
        "io.vertx.ext.auth.jwt, debug",
        "io.modelcontextprotocol, warn",
        "com.networknt.schema, info",
        "io.opentelemetry.exporter, info"
    })
    void what_quotes_tokens_stays_quiet(String logger, String level) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> LogLevels.set(logger, Optional.of(level)));
        assertTrue(refused.getMessage().contains("quotes"), refused::getMessage);
    }

    @Test
    void it_may_be_quieter_and_its_level_can_not_be_taken_back() {
        LogLevels.set("io.netty.handler", Optional.of("error"));
        LogLevels.set("io.netty.handler", Optional.of("info"));
        assertThrows(IllegalArgumentException.class, () -> LogLevels.set("io.netty.handler", Optional.empty()));
        assertThrows(IllegalArgumentException.class, () -> LogLevels.set("ROOT", Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a..b", ".a", "a.", "a\nb", "a/b", "../x"})
    void what_is_no_name_of_a_logger_is_refused(String name) {
        assertThrows(IllegalArgumentException.class, () -> LogLevels.set(name, Optional.of("info")));
    }

    @Test
    void a_level_that_there_is_not_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> LogLevels.set(OURS, Optional.of("loud")));
    }

    @Test
    void what_quotes_is_quiet_in_the_configuration_too() {
        for (String logger : LogLevels.QUOTING.keySet()) {
            assertTrue(LogLevels.all().containsKey(logger), logger + " has no level in logback.xml");
        }
    }
}
