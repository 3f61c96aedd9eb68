package dev.sessionmesh.telemetry.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class MetricsTest {
    private final Metrics metrics = new Metrics(Catalogue.load());

    @Test
    void what_the_catalogue_does_not_know_cannot_be_measured() {
        refused(() -> metrics.counter("sessionmesh_frames_lost_total"));
        refused(() -> metrics.level("sessionmesh_frames_sent_total"), "another type");
        refused(() -> metrics.counter("sessionmesh_turns_ended_total"), "a label is missing");
        refused(() -> metrics.counter("sessionmesh_turns_ended_total", "state", "failed"), "another label");
        refused(() -> metrics.counter("sessionmesh_turns_ended_total", "status", "bored"), "another value");
        refused(() -> metrics.counter("sessionmesh_frames_sent_total", "status", "failed"), "a label too many");
    }

    @Test
    void the_same_name_and_labels_give_the_same_meter() {
        Counter failed = metrics.counter("sessionmesh_turns_ended_total", "status", "failed");
        assertSame(failed, metrics.counter("sessionmesh_turns_ended_total", "status", "failed"));
        failed.increment();
        metrics.counter("sessionmesh_turns_ended_total", "status", "expired").add(2);
        assertEquals(1, page().value("sessionmesh_turns_ended_total", "status", "failed"));
        assertEquals(2, page().value("sessionmesh_turns_ended_total", "status", "expired"));
    }

    @Test
    void nothing_is_read_twice() {
        metrics.gauge("sessionmesh_members", () -> 3);
        refused(() -> metrics.gauge("sessionmesh_members", () -> 4));
        assertEquals(3, page().value("sessionmesh_members"));
    }

    @Test
    void what_cannot_be_read_is_left_out_and_hides_nothing_else() {
        metrics.gauge("sessionmesh_members", () -> {
            throw new IllegalStateException("stopping");
        });
        metrics.gauge("sessionmesh_quorum", () -> 1);
        assertEquals(1, page().value("sessionmesh_quorum"));
        assertTrue(page().family("sessionmesh_members").isEmpty());
    }

    @Test
    void a_label_without_named_values_has_as_many_as_its_bound_allows() {
        for (int i = 0; i < 16; i++) {
            metrics.histogram("sessionmesh_model_first_token_seconds", "provider", "p" + i);
        }
        metrics.histogram("sessionmesh_model_first_token_seconds", "provider", "p3");
        refused(() -> metrics.histogram("sessionmesh_model_first_token_seconds", "provider", "p16"));
    }

    @Test
    void a_level_goes_up_and_down() {
        Level tabs = metrics.level("sessionmesh_tabs");
        tabs.up();
        tabs.up();
        tabs.down();
        assertEquals(1, page().value("sessionmesh_tabs"));
    }

    @Test
    void a_time_is_counted_in_the_first_bucket_that_is_not_below_it() {
        Histogram lag = metrics.histogram("sessionmesh_event_loop_lag_seconds");
        lag.nanos(TimeUnit.MILLISECONDS.toNanos(1));
        lag.nanos(TimeUnit.MILLISECONDS.toNanos(1) + 1);
        lag.nanos(-5);
        lag.millis(9_000);
        assertEquals(2, bucket("0.001"));
        assertEquals(3, bucket("0.0025"));
        assertEquals(3, bucket("5.0"));
        assertEquals(4, bucket("+Inf"));
        assertEquals(4, page().value("sessionmesh_event_loop_lag_seconds_count"));
        assertEquals(9.002000001, page().value("sessionmesh_event_loop_lag_seconds_sum"), 1e-9);
    }

    @Test
    void a_node_that_leaves_something_unmeasured_says_what() {
        IllegalStateException missing =
                assertThrows(IllegalStateException.class, () -> metrics.complete(when -> when.contains("archive")));
        assertTrue(missing.getMessage().contains("sessionmesh_tabs,"), missing.getMessage());
        assertTrue(missing.getMessage().contains("sessionmesh_archive_writes_total"), missing.getMessage());
        assertFalse(missing.getMessage().contains("sessionmesh_tenant_sessions"), missing.getMessage());
    }

    @Test
    void meters_that_nobody_reads_are_shared() {
        assertSame(
                Metrics.unread().counter("sessionmesh_backfills_total"),
                Metrics.unread().counter("sessionmesh_backfills_total"));
    }

    private double bucket(String bound) {
        return page().family("sessionmesh_event_loop_lag_seconds").stream()
                .filter(sample -> sample.bucket().equals(bound))
                .mapToDouble(ScrapedPage.Sample::value)
                .findFirst()
                .orElseThrow();
    }

    private ScrapedPage page() {
        return ScrapedPage.of(new String(Exposition.of(metrics, "").body(), StandardCharsets.UTF_8));
    }

    private static void refused(Executable wrong, String... why) {
        assertThrows(IllegalArgumentException.class, wrong, String.join("", why));
    }
}
