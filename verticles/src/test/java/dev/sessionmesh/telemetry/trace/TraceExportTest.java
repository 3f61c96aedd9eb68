package dev.sessionmesh.telemetry.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.trace.About;
import dev.sessionmesh.trace.Traces;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Spans on their way to a collector that takes them, or does not. */
@Timeout(60)
final class TraceExportTest {
    private static final TraceExport.Node NODE = new TraceExport.Node("n1", "n1-4f2a");
    private static final About ABOUT = About.of(new SessionKey("acme", "s1"));
    private static final String SECRET = "Bearer key-4711";

    @TempDir
    private Path dir;

    private static TraceSettings settings(URI endpoint, Optional<Path> headers) {
        return new TraceSettings(endpoint, 1, headers, false, false);
    }

    @Test
    void without_an_address_nothing_is_collected_and_no_thread_is_started() {
        try (TraceExport off = TraceExport.open(Optional.empty(), NODE)) {
            assertSame(Traces.OFF, off.traces());
            assertFalse(off.traces().on());
            assertEquals("", off.traces().command("input", ABOUT).place());
            assertFalse(exporting());
        }
        try (TraceExport on =
                TraceExport.open(Optional.of(settings(URI.create("http://127.0.0.1:9"), Optional.empty())), NODE)) {
            assertTrue(exporting(), "the test would notice one");
            assertTrue(on.traces().on());
        }
    }

    private static boolean exporting() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("BatchSpanProcessor"));
    }

    @Test
    void spans_arrive_with_who_tells_and_what_the_collector_wants_to_be_shown() throws Exception {
        Path file = Files.writeString(dir.resolve("headers"), "Authorization: " + SECRET + "\n\nX-Team: mesh\n");
        try (Collector collector = new Collector()) {
            try (TraceExport export =
                    TraceExport.open(Optional.of(settings(collector.url(), Optional.of(file))), NODE)) {
                export.traces().command("input", ABOUT).end();
                await(() -> !collector.taken().isEmpty());
                Files.writeString(file, "Authorization: Bearer newer\n");
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(5)));
                export.traces().command("cancel", ABOUT).end();
            }
            assertEquals(2, collector.taken().size(), "what was left is sent at the end");
            ResourceSpans told = collector.taken().getFirst().getResourceSpans(0);
            assertTrue(told.getResource().getAttributesList().stream()
                    .anyMatch(attribute -> attribute.getKey().equals("service.name")
                            && attribute.getValue().getStringValue().equals("sessionmesh")));
            Span span = told.getScopeSpans(0).getSpans(0);
            assertEquals("input", span.getName());
            assertEquals(Span.SpanKind.SPAN_KIND_SERVER, span.getKind());
            assertEquals(SECRET, collector.headers().getFirst().getFirst("Authorization"));
            assertEquals("mesh", collector.headers().getFirst().getFirst("X-Team"));
            assertEquals("Bearer newer", collector.headers().getLast().getFirst("Authorization"));
        }
    }

    @Test
    void a_collector_that_takes_nothing_is_told_of_once_and_holds_nothing_up() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(AccountedExporter.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.list = new CopyOnWriteArrayList<>();
        log.start();
        logger.addAppender(log);
        try (Collector collector = new Collector()) {
            collector.status = 400;
            try (TraceExport export =
                    TraceExport.open(Optional.of(settings(collector.url(), Optional.empty())), NODE)) {
                for (int i = 1; i <= 2; i++) {
                    int count = i;
                    export.traces().command("input", ABOUT).end();
                    await(() -> collector.taken().size() == count);
                }
                collector.status = 200;
                export.traces().command("input", ABOUT).end();
                await(() -> log.list.size() == 2);
            }
        } finally {
            logger.detachAppender(log);
        }
        assertEquals(
                List.of(
                        "the collector of --trace-endpoint takes no traces; 1 spans were lost so far",
                        "traces are taken again; 2 spans were lost meanwhile"),
                log.list.stream().map(ILoggingEvent::getFormattedMessage).toList());
    }

    @Test
    void a_file_of_headers_that_can_not_be_used_is_refused_without_being_quoted() throws Exception {
        Path file = Files.writeString(dir.resolve("wrong"), "no header: but a secr\u00e9t\n");
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> TraceExport.open(
                        Optional.of(settings(URI.create("http://127.0.0.1:9"), Optional.of(file))), NODE));
        assertTrue(refused.getMessage().contains("Name: value"), refused::getMessage);
        assertFalse(refused.getMessage().contains("secr"), refused::getMessage);
    }

    private interface Check {
        boolean holds();
    }

    private static void await(Check check) throws InterruptedException {
        while (!check.holds()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
