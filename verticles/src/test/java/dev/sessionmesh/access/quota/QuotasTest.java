package dev.sessionmesh.access.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class QuotasTest {
    private static final Quota SMALL = new Quota(Quota.ANY, 3, 10, 10, 10, 1_000);

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger nodes = new AtomicInteger(1);

    @TempDir
    private Path dir;

    private Quotas quotas(QuotaPlan plan) {
        return new Quotas(plan, nodes::get, now::get);
    }

    private static QuotaPlan plan(Quota each) {
        return new QuotaPlan(Map.of(), each, each, each);
    }

    private static InetAddress at(String address) {
        return InetAddress.ofLiteral(address);
    }

    @Test
    void one_tenants_use_leaves_anothers_as_it_was() {
        Quotas quotas = quotas(plan(SMALL));
        for (int i = 0; i < 20; i++) {
            assertTrue(quotas.tenant("loud").take(Use.COMMAND, 1).isEmpty());
        }
        TooMuch refused = quotas.tenant("loud").take(Use.COMMAND, 1).orElseThrow();
        assertEquals(new TooMuch("the limit of the tenant: 10 commands a second", 100), refused);
        assertTrue(quotas.tenant("loud").take(Use.REQUEST, 1).isEmpty(), "another kind is counted for itself");
        assertTrue(quotas.tenant("calm").take(Use.COMMAND, 20).isEmpty());
        assertEquals(1, quotas.hits().get("tenant.command"));
    }

    @Test
    void a_tenants_limit_is_shared_among_the_nodes_as_many_as_there_are() {
        nodes.set(3);
        Quotas quotas = quotas(plan(SMALL));
        Party party = quotas.tenant("acme");
        assertTrue(party.take(Use.COMMAND, 8).isEmpty(), "two seconds' third of 10, rounded up");
        assertTrue(party.take(Use.COMMAND, 1).isPresent());
        assertTrue(party.enter(Use.CONNECTION).isEmpty());
        assertTrue(party.enter(Use.CONNECTION).isPresent(), "a third of three");
        nodes.set(1);
        assertTrue(party.enter(Use.CONNECTION).isEmpty(), "the others are gone: all of it is given out here");
        assertTrue(quotas.address(at("192.0.2.1")).take(Use.COMMAND, 20).isEmpty(), "an address's is each node's own");
    }

    @Test
    void what_is_held_is_given_back() {
        Party party = quotas(plan(SMALL)).tenant("acme");
        for (int i = 0; i < 3; i++) {
            assertTrue(party.enter(Use.CONNECTION).isEmpty());
        }
        assertTrue(party.enter(Use.CONNECTION).isPresent());
        party.leave(Use.CONNECTION);
        assertTrue(party.enter(Use.CONNECTION).isEmpty());
        assertTrue(party.enter(Use.SOCKET).isEmpty(), "sockets are counted for themselves");
    }

    @Test
    void what_the_tenant_refuses_costs_the_address_no_place() {
        Quotas quotas = quotas(plan(SMALL));
        Party full = quotas.tenant("full");
        for (int i = 0; i < 3; i++) {
            assertTrue(full.enter(Use.CONNECTION).isEmpty());
        }
        Party address = quotas.address(at("192.0.2.1"));
        assertTrue(new Allowance(address, List.of(full)).enter().isPresent());
        assertFalse(address.isHeld());
    }

    @Test
    void a_users_limit_is_his_own_whatever_his_tenant_has_left() {
        nodes.set(3);
        Quotas quotas = quotas(new QuotaPlan(Map.of(), Quota.TENANT, SMALL, Quota.ADDRESS));
        Party ann = quotas.user("acme", "ann");
        assertTrue(ann.take(Use.COMMAND, 20).isEmpty(), "each node's own");
        assertEquals(
                new TooMuch("the limit of a user: 10 commands a second", 100),
                ann.take(Use.COMMAND, 1).orElseThrow());
        assertTrue(quotas.user("acme", "bob").take(Use.COMMAND, 20).isEmpty());
        assertTrue(quotas.user("other", "ann").take(Use.COMMAND, 20).isEmpty(), "a name is a tenant's");
        assertEquals(1, quotas.hits().get("user.command"));
        assertEquals(0, quotas.hits().get("tenant.command"));
    }

    @Test
    void what_a_tenant_uses_is_counted_and_so_is_what_it_is_refused() {
        Quotas quotas = quotas(plan(SMALL));
        Party acme = quotas.tenant("acme");
        assertTrue(acme.enter(Use.CONNECTION).isEmpty());
        assertTrue(acme.take(Use.REQUEST, 1).isEmpty());
        assertTrue(acme.take(Use.BYTE, 700).isEmpty());
        assertTrue(acme.take(Use.COMMAND, 20).isEmpty());
        assertTrue(acme.take(Use.COMMAND, 1).isPresent());
        assertTrue(quotas.tenant("other").take(Use.SESSION, 1).isEmpty());
        assertEquals(
                Map.of(
                        "acme",
                        new Usage(0, 1, 1, 20, 0, 700, Map.of("command", 1L)),
                        "other",
                        new Usage(0, 0, 0, 0, 1, 0, Map.of())),
                quotas.usages());
    }

    @Test
    void what_nodes_tell_adds_up() {
        Usage here = new Usage(1, 2, 3, 4, 5, 6, Map.of("byte", 7L));
        Usage there = new Usage(10, 20, 30, 40, 50, 60, Map.of("byte", 1L, "sessions", 2L));
        assertEquals(
                new Usage(11, 22, 33, 44, 55, 66, Map.of("byte", 8L, "sessions", 2L)),
                Usage.of(here.toJson()).plus(Usage.of(there.toJson())));
    }

    @Test
    void addresses_of_one_network_count_as_one_and_those_of_another_do_not() {
        Quotas quotas = quotas(plan(SMALL));
        assertSame(quotas.address(at("2001:db8:1:2::1")), quotas.address(at("2001:db8:1:2:ffff::9")));
        assertNotSame(quotas.address(at("2001:db8:1:2::1")), quotas.address(at("2001:db8:1:3::1")));
        assertNotSame(quotas.address(at("192.0.2.1")), quotas.address(at("192.0.2.2")));
        assertSame(quotas.address(at("192.0.2.1")), quotas.address(at("::ffff:192.0.2.1")));
        assertTrue(quotas.address(at("127.0.0.1")).take(Use.REQUEST, 1_000_000).isEmpty(), "this machine has none");
    }

    @Test
    void however_many_addresses_call_a_bounded_number_is_kept_and_those_in_use_stay() {
        Parties<Integer> parties = new Parties<>(100);
        Party.Terms terms = new Party.Terms(SMALL, 1, "it");
        Party held = parties.of(-1, () -> new Party(() -> terms, now::get, use -> {}));
        assertTrue(held.enter(Use.CONNECTION).isEmpty());
        for (int i = 0; i < 10_000; i++) {
            parties.of(i, () -> new Party(() -> terms, now::get, use -> {}));
            assertTrue(parties.size() <= 100);
        }
        assertSame(held, parties.of(-1, () -> new Party(() -> terms, now::get, use -> {})));
    }

    @Test
    void also_when_all_of_them_hold_something() {
        Parties<Integer> parties = new Parties<>(100);
        Party.Terms terms = new Party.Terms(SMALL, 1, "it");
        for (int i = 0; i < 1_000; i++) {
            Party party = parties.of(i, () -> new Party(() -> terms, now::get, use -> {}));
            assertTrue(party.enter(Use.CONNECTION).isEmpty());
            assertTrue(parties.size() <= 100);
        }
    }

    @Test
    void a_file_says_what_each_may_and_a_tenant_has_the_others_limits_where_it_says_nothing() {
        QuotaPlan plan = QuotaPlan.parse(Buffer.buffer("""
                {"tenants": {"*": {"connections": 5, "commandsPerSecond": 6}, "acme": {"connections": 50, "sessions": 9}},
                 "users": {"connections": 8}, "addresses": {"requestsPerSecond": 7}}"""));
        assertEquals(new Quota(Quota.ANY, 5, 5_000, 6, 500, 67_108_864), plan.tenant("any"));
        assertEquals(new Quota(9, 50, 5_000, 6, 500, 67_108_864), plan.tenant("acme"));
        assertEquals(new Quota(Quota.ANY, 8, 1_000, 2_000, 100, 16_777_216), plan.users());
        assertEquals(new Quota(Quota.ANY, 5_000, 7, 2_000, 100, 16_777_216), plan.addresses());
        assertEquals(QuotaPlan.DEFAULT, QuotaPlan.parse(Buffer.buffer("{}")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "rubbish",
                "{\"tenant\": {}}",
                "{\"users\": {\"sessions\": 5}}",
                "{\"addresses\": {\"sessions\": 5}}",
                "{\"tenants\": {\"a\": {\"sessions\": -1}}}",
                "{\"tenants\": 1}",
                "{\"tenants\": {\"acme\": {\"conections\": 1}}}",
                "{\"tenants\": {\"acme\": {\"connections\": \"1\"}}}",
                "{\"tenants\": {\"acme\": {\"connections\": 1.5}}}",
                "{\"tenants\": {\"acme\": {\"connections\": null}}}",
                "{\"tenants\": {\"acme\": {\"connections\": -1}}}",
                "{\"tenants\": {\"acme\": {\"commandsPerSecond\": 0}}}",
                "{\"tenants\": {\"acme\": {\"commandsPerSecond\": 99999999999}}}",
                "{\"tenants\": {\"a b\": {}}}"
            })
    void a_file_with_a_mistake_is_no_file(String text) {
        assertThrows(IllegalArgumentException.class, () -> QuotaPlan.parse(Buffer.buffer(text)));
    }

    @Test
    void a_file_that_changes_holds_for_those_who_are_there() throws Exception {
        Path file = Files.writeString(dir.resolve("limits.json"), "{\"tenants\": {\"*\": {\"connections\": 0}}}");
        Vertx vertx = Vertx.vertx();
        try {
            Party party = Quotas.open(vertx, file, nodes::get).tenant("acme");
            assertTrue(party.enter(Use.CONNECTION).isPresent());
            Files.writeString(file, "{\"tenants\": {\"*\": {\"connections\": 1}}}");
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (party.enter(Use.CONNECTION).isPresent()) {
                assertTrue(System.nanoTime() < until, "the change was not seen");
                Thread.sleep(50);
            }
        } finally {
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            # peer       | X-Forwarded-For                      | who it is
            192.0.2.1    | -                                    | 192.0.2.1
            192.0.2.1    | 198.51.100.7                         | 192.0.2.1
            10.0.0.1     | -                                    | 10.0.0.1
            10.0.0.1     | 198.51.100.7                         | 198.51.100.7
            10.0.0.1     | 203.0.113.9, 198.51.100.7            | 198.51.100.7
            10.0.0.1     | 203.0.113.9, 198.51.100.7, 10.9.9.9  | 198.51.100.7
            10.0.0.1     | 127.0.0.1, 10.9.9.9, 198.51.100.7    | 198.51.100.7
            10.0.0.1     | 10.1.1.1, 10.2.2.2                   | 10.1.1.1
            10.0.0.1     | 198.51.100.7:4711                    | 198.51.100.7
            10.0.0.1     | [2001:db8::7]:4711                   | 2001:db8::7
            10.0.0.1     | 2001:db8::7                          | 2001:db8::7
            10.0.0.1     | 198.51.100.7, unknown                | 10.0.0.1
            10.0.0.1     | 198.51.100.7, 1.2.3.4.5, 10.9.9.9    | 10.9.9.9
            10.0.0.1     | ,,,                                  | 10.0.0.1
            fd00::1      | 198.51.100.7                         | 198.51.100.7
            fd01::1      | 198.51.100.7                         | fd01::1
            """)
    void whom_trusted_proxies_name_is_believed_from_the_right(String peer, String forwarded, String who) {
        Proxies proxies = new Proxies(List.of(Network.parse("10.0.0.0/8"), Network.parse("fd00::/16")));
        var lines = forwarded == null ? List.<String>of() : List.of(forwarded);
        assertEquals(at(who), proxies.client(at(peer), lines));
    }

    @Test
    void a_header_in_several_lines_reads_like_one() {
        Proxies proxies = new Proxies(List.of(Network.parse("10.0.0.1")));
        assertEquals(
                at("198.51.100.7"), proxies.client(at("10.0.0.1"), List.of("203.0.113.9", "198.51.100.7, 10.0.0.1")));
        String way = "10.0.0.1,".repeat(100_000);
        assertEquals(at("10.0.0.1"), proxies.client(at("10.0.0.1"), List.of(way + "10.0.0.1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "::/129", "localhost", "10.0.0.0/8/8", "", "10.0.0.0/"})
    void what_is_no_range_of_addresses_is_refused(String text) {
        assertThrows(IllegalArgumentException.class, () -> Network.parse(text));
    }
}
