package dev.sessionmesh.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** What is logged of what others wrote. */
final class LogFormsTest {
    /** A line of its own, a cleared screen, a title, and what JSON does not like. */
    private static final List<String> HOSTILE = List.of(
            "a\n12:00:00.000 INFO  Node: all is well",
            "a\r\nb\rc",
            "a\u0085b\u2028c\u2029d\u000be\u000cf",
            "\u001b[2J\u001b[31mred",
            "\u009b2J",
            "\u001b]0;title\u0007",
            "a\u0000b\u007fc\bd",
            "\"},{\"level\":\"ERROR\"",
            "${jndi:ldap://x/y} %msg {}",
            "\ud800");

    private static LoggerContext configured(String format) throws Exception {
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.putProperty("sessionmesh.log.format", format);
        context.putProperty("sessionmesh.log.node", format.equals("text") ? "n1 " : "n1");
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(
                Objects.requireNonNull(LogFormsTest.class.getResource("/logback.xml"), "no configuration"));
        return context;
    }

    private static String line(LoggerContext context, String message, Throwable failure) {
        ConsoleAppender<ILoggingEvent> appender =
                (ConsoleAppender<ILoggingEvent>) context.getLogger("ROOT").getAppender("stderr");
        Encoder<ILoggingEvent> encoder = appender.getEncoder();
        LoggingEvent event = new LoggingEvent(
                LogFormsTest.class.getName(),
                context.getLogger("dev.sessionmesh.server.Node"),
                Level.WARN,
                "user {} did it",
                failure,
                new Object[] {message});
        event.setKeyValuePairs(List.of(new KeyValuePair("session", "s1"), new KeyValuePair("epoch", 2)));
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }

    @Test
    void whatever_others_wrote_is_one_line_of_text_without_control_characters() throws Exception {
        LoggerContext context = configured("text");
        for (String hostile : HOSTILE) {
            for (Throwable failure : new Throwable[] {null, new IllegalStateException(hostile)}) {
                String line = line(context, hostile, failure);
                assertTrue(line.endsWith("\n"));
                String shown = line.substring(0, line.length() - 1);
                assertEquals(
                        List.of(),
                        shown.chars()
                                .filter(c -> c != '\t' && (Character.isISOControl(c) || c == '\u2028' || c == '\u2029'))
                                .boxed()
                                .toList(),
                        shown);
                assertTrue(shown.contains("n1 WARN  Node: user "), shown);
            }
        }
        assertTrue(line(context, "a\nb", null).contains("user a | b did it session=s1 epoch=2"));
        String failed = line(context, "a", new IllegalStateException("x\ny"));
        assertTrue(failed.contains("did it session=s1 epoch=2 java.lang.IllegalStateException: x | y | at "), failed);
    }

    @Test
    void json_stays_one_object_that_says_what_was_written() throws Exception {
        LoggerContext context = configured("json");
        for (String hostile : HOSTILE) {
            for (Throwable failure : new Throwable[] {null, new IllegalStateException(hostile)}) {
                String line = line(context, hostile, failure);
                assertEquals(1, line.lines().count(), line);
                assertTrue(line.chars().allMatch(c -> c == '\n' || !Character.isISOControl(c) || c > 0x7e), line);
                JsonObject json = new JsonObject(line);
                assertEquals("WARN", json.getString("level"));
                assertTrue(json.getString("message").startsWith("user "), line);
                assertEquals("n1", json.getString("node"));
                assertEquals("s1", json.getString("session"));
                assertEquals(2, json.getInteger("epoch"));
                assertEquals(failure != null, json.containsKey("failure"));
                assertFalse(Instant.parse(json.getString("timestamp")).isAfter(Instant.now()));
            }
        }
    }

    /** They would quote tokens: a root that is set to everything, to find something out, must not reach them. */
    @Test
    void those_that_quote_requests_can_not_be_made_talkative_by_the_root() throws Exception {
        for (String format : List.of("text", "json")) {
            LoggerContext context = configured(format);
            context.getLogger("ROOT").setLevel(Level.TRACE);
            for (String quoting : List.of(
                    "io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker",
                    "io.netty.handler.codec.http2.Http2FrameLogger",
                    "io.netty.handler.logging.LoggingHandler",
                    "io.vertx.core.http.impl.Http1xServerConnection",
                    "io.vertx.ext.web.handler.LoggerHandler",
                    "io.vertx.ext.auth.jwt.impl.JWTAuthProviderImpl")) {
                assertFalse(context.getLogger(quoting).isDebugEnabled(), quoting);
            }
            assertTrue(context.getLogger("io.netty.buffer").isDebugEnabled(), "the others can");
        }
    }
}
