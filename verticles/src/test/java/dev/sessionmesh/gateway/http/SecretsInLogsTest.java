package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Everything is logged that the configuration lets through, while credentials come in by every way there is. */
@Timeout(60)
class SecretsInLogsTest {
    @TempDir
    private Path dir;

    @Test
    void no_credential_is_ever_logged_however_talkative_the_log_is() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level usual = root.getLevel();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        List<Appender<ILoggingEvent>> quiet = new CopyOnWriteArrayList<>();
        for (Iterator<Appender<ILoggingEvent>> i = root.iteratorForAppenders(); i.hasNext(); ) {
            quiet.add(i.next());
        }
        quiet.forEach(root::detachAppender);
        root.addAppender(log);
        root.setLevel(Level.TRACE);
        Path keys = TwoTenants.file(dir);
        try (HttpNode node = new HttpNode(Optional.empty(), vertx -> Optional.of(BackEnds.admission(vertx, keys)))) {
            BackEnds.post(node, TwoTenants.LOUD, "/v1/sessions", "{\"id\":\"s1\",\"model\":\"scripted:test\"}");
            HeardFrames heard = new HeardFrames();
            WebSocket socket = node.client()
                    .newWebSocketBuilder()
                    .subprotocols("sessionmesh.v1", "sessionmesh.bearer." + TwoTenants.LOUD)
                    .buildAsync(node.webSocket("/v1/sessions/s1/ws?after=0"), heard)
                    .get(10, TimeUnit.SECONDS);
            heard.next("attached");
            socket.sendText("{\"type\":\"auth\",\"token\":\"" + TwoTenants.CALM + "\",\"id\":\"a1\"}", true)
                    .get(10, TimeUnit.SECONDS);
            assertEquals("unauthorized", heard.answerTo("a1"));
            try {
                // No subprotocol that the server has: Netty would say which were offered.
                node.client()
                        .newWebSocketBuilder()
                        .subprotocols("sessionmesh.bearer." + TwoTenants.LOUD)
                        .buildAsync(node.webSocket("/v1/ws"), new HeardFrames())
                        .join();
            } catch (CompletionException refused) {
                assertEquals(
                        WebSocketHandshakeException.class, refused.getCause().getClass());
            }
        } finally {
            root.setLevel(usual);
            root.detachAppender(log);
            quiet.forEach(root::addAppender);
        }
        assertFalse(log.list.isEmpty(), "nothing was listened to");
        for (ILoggingEvent event : log.list) {
            String said = event.getFormattedMessage();
            // What the client of this test logs is its own.
            if (!event.getLoggerName().startsWith("jdk.")) {
                assertFalse(
                        said.contains(TwoTenants.LOUD) || said.contains(TwoTenants.CALM),
                        event.getLoggerName() + ": " + said);
            }
        }
    }
}
