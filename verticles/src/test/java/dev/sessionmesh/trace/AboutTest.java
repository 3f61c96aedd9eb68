package dev.sessionmesh.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sessionmesh.core.SessionKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AboutTest {
    private static final SessionKey KEY = new SessionKey("acme", "s1");
    private static final Logger LOG = (Logger) LoggerFactory.getLogger(AboutTest.class);

    private static List<String> pairs(Runnable saying) {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        LOG.addAppender(log);
        try {
            saying.run();
        } finally {
            LOG.detachAppender(log);
        }
        return log.list.stream()
                .flatMap(event -> event.getKeyValuePairs().stream())
                .map(pair -> pair.key + "=" + pair.value)
                .toList();
    }

    @Test
    void a_line_says_what_it_is_about_and_nothing_else() {
        assertEquals(
                List.of("tenant=acme", "session=s1"),
                pairs(() -> About.of(KEY).error(LOG).log("x")));
        assertEquals(
                List.of("tenant=acme", "session=s1"),
                pairs(() -> About.named("acme/s1").warn(LOG).log("x")));
        About run = About.of(KEY, "t1", 2).at("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assertEquals(
                List.of(
                        "tenant=acme",
                        "session=s1",
                        "turn=t1",
                        "epoch=2",
                        "trace_id=0af7651916cd43dd8448eb211c80319c",
                        "span_id=b7ad6b7169203331"),
                pairs(() -> run.info(LOG).log("x")));
        assertEquals(List.of(), pairs(() -> run.debug(LOG).log("nobody wants to know")));
    }

    /** What names a session in its words only can't be searched for. */
    @Test
    void no_line_about_a_session_is_begun_without_it() throws IOException {
        Pattern bare = Pattern.compile("LOG\\.(debug|info|warn|error)\\(\\s*\"[^\"]*\\bsession \\{\\}");
        try (Stream<Path> sources = Files.walk(Path.of("src/main/java"))) {
            List<Path> java =
                    sources.filter(path -> path.toString().endsWith(".java")).toList();
            assertTrue(java.size() > 200);
            for (Path source : java) {
                assertTrue(!bare.matcher(Files.readString(source)).find(), source + " names a session by hand");
            }
        }
    }
}
