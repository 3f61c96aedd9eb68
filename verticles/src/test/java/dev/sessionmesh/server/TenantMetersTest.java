package dev.sessionmesh.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sessionmesh.access.quota.Usage;
import dev.sessionmesh.telemetry.metrics.Catalogue;
import dev.sessionmesh.telemetry.metrics.Exposition;
import dev.sessionmesh.telemetry.metrics.Metrics;
import dev.sessionmesh.telemetry.metrics.ScrapedPage;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class TenantMetersTest {
    private final Metrics metrics = new Metrics(Catalogue.load());

    @Test
    void the_busiest_get_a_label_of_their_own_and_keep_it_and_the_others_share_one() {
        TenantMeters tenants = new TenantMeters(metrics, 2);
        tenants.found(Map.of("a", used(1, 10), "b", used(2, 30), "c", used(4, 20)));
        assertEquals(Set.of("b", "c", "other"), labels());
        assertEquals(1, sessions("other"));
        tenants.found(Map.of("a", used(8, 999), "b", used(2, 31), "c", used(0, 20), "d", used(16, 5)));
        assertEquals(Set.of("b", "c", "other"), labels(), "though another is busier now");
        assertEquals(24, sessions("other"));
        assertEquals(0, sessions("c"));
        assertEquals(31, requests("b"));
        assertEquals(999 + 5, requests("other"));
    }

    @Test
    void a_place_that_is_left_goes_to_the_busiest_of_those_without_one() {
        TenantMeters tenants = new TenantMeters(metrics, 2);
        tenants.found(Map.of("a", used(1, 1)));
        assertEquals(Set.of("a", "other"), labels());
        tenants.found(Map.of("a", used(1, 1), "b", used(1, 2), "c", used(1, 3)));
        assertEquals(Set.of("a", "c", "other"), labels());
    }

    @Test
    void a_tenant_that_was_forgotten_and_came_back_is_added_to_what_was_counted() {
        TenantMeters tenants = new TenantMeters(metrics, 1);
        tenants.found(Map.of("a", used(1, 100)));
        tenants.found(Map.of("a", used(1, 110)));
        tenants.found(Map.of());
        assertEquals(0, sessions("a"));
        tenants.found(Map.of("a", used(1, 7)));
        assertEquals(117, requests("a"));
    }

    @Test
    void a_tenant_called_other_is_one_of_the_others() {
        TenantMeters tenants = new TenantMeters(metrics, 3);
        tenants.found(Map.of("other", used(5, 5), "a", used(1, 1)));
        assertEquals(Set.of("a", "other"), labels());
        assertEquals(5, sessions("other"));
    }

    private static Usage used(long sessions, long requests) {
        return new Usage(sessions, 0, requests, 0, 0, 0, Map.of());
    }

    private Set<String> labels() {
        return page().family("sessionmesh_tenant_sessions").stream()
                .map(sample -> sample.labels().getOrDefault("tenant", ""))
                .collect(Collectors.toSet());
    }

    private double sessions(String tenant) {
        return page().value("sessionmesh_tenant_sessions", "tenant", tenant);
    }

    private double requests(String tenant) {
        return page().value("sessionmesh_tenant_requests_total", "tenant", tenant);
    }

    private ScrapedPage page() {
        return ScrapedPage.of(new String(Exposition.of(metrics, "").body(), StandardCharsets.UTF_8));
    }
}
