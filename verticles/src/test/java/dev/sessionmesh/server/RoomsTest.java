package dev.sessionmesh.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The house's rules: which room may know of which. Only {@code server} knows them all, because it wires them. */
final class RoomsTest {
    private static final String HOUSE = "dev.sessionmesh.";
    private static JavaClasses classes;

    @BeforeAll
    static void readClasses() {
        classes = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("-tests.jar"))
                .importPackages("dev.sessionmesh");
        assertTrue(classes.size() > 200, "only " + classes.size() + " classes were found");
    }

    @Test
    void only_the_server_knows_the_server() {
        mayNotKnow("gateway", "server");
        mayNotKnow("host", "server");
        mayNotKnow("routing", "server");
        mayNotKnow("store", "server");
        mayNotKnow("provider", "server");
        mayNotKnow("tool", "server");
        mayNotKnow("webhook", "server");
    }

    @Test
    void the_gateway_and_the_host_meet_in_the_exchange_only() {
        mayNotKnow("gateway", "host");
        mayNotKnow("host", "gateway");
        mayNotKnow("routing", "gateway");
        mayNotKnow("routing", "host");
        mayNotKnow("routing", "store");
        mayNotKnow("gateway", "store");
        mayNotKnow("host", "store");
    }

    @Test
    void presence_knows_nobody_whose_tabs_it_tells_of() {
        for (String room : new String[] {"gateway", "routing", "host", "store", "server", "cluster"}) {
            mayNotKnow("presence", room);
        }
        mayNotKnow("host", "presence");
        mayNotKnow("routing", "presence");
    }

    @Test
    void providers_know_the_port_and_nothing_of_the_mesh() {
        for (String room : new String[] {"gateway", "host", "routing", "store", "cluster", "codec"}) {
            mayNotKnow("provider", room);
        }
        mayNotKnow("host", "provider");
    }

    @Test
    void tools_are_reached_through_their_ports() {
        for (String room : new String[] {"gateway", "host", "routing", "store", "provider", "access"}) {
            mayNotKnow("tool", room);
            mayNotKnow(room, "tool");
        }
    }

    @Test
    void webhooks_know_ports_only() {
        for (String room : new String[] {"gateway", "host", "routing", "store", "access", "provider", "cluster"}) {
            mayNotKnow("webhook", room);
        }
        mayNotKnow("host", "webhook");
        mayNotKnow("routing", "webhook");
        mayNotKnow("provider", "webhook");
    }

    @Test
    void whoever_measures_knows_nothing_of_what_is_measured() {
        for (String room : new String[] {
            "gateway",
            "routing",
            "host",
            "store",
            "server",
            "cluster",
            "core",
            "codec",
            "provider",
            "tool",
            "webhook",
            "access",
            "presence",
            "inbox",
            "loop"
        }) {
            mayNotKnow("telemetry.metrics", room);
        }
    }

    @Test
    void hazelcast_stays_in_the_store_and_the_cluster() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        HOUSE + "gateway..",
                        HOUSE + "host..",
                        HOUSE + "routing..",
                        HOUSE + "provider..",
                        HOUSE + "tool..",
                        HOUSE + "webhook..",
                        HOUSE + "core..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.hazelcast..")
                .check(classes);
    }

    @Test
    void only_one_room_knows_what_collects_traces() {
        noClasses()
                .that()
                .resideOutsideOfPackage(HOUSE + "telemetry.trace..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.opentelemetry..")
                .check(classes);
        for (String room : new String[] {"gateway", "routing", "host", "store", "provider", "tool", "webhook"}) {
            mayNotKnow(room, "telemetry.trace");
            mayNotKnow(room, "telemetry.log");
            mayNotKnow("trace", room);
        }
    }

    @Test
    void the_heart_knows_nothing_but_java() {
        noClasses()
                .that()
                .resideInAPackage(HOUSE + "core..")
                .should()
                .dependOnClassesThat()
                .resideOutsideOfPackages(HOUSE + "core..", "java..", "org.jspecify..")
                .check(classes);
    }

    @Test
    void rooms_do_not_go_round_in_circles() {
        SlicesRuleDefinition.slices()
                .matching("dev.sessionmesh.(*)..")
                .should()
                .beFreeOfCycles()
                .check(classes);
    }

    private static void mayNotKnow(String room, String other) {
        noClasses()
                .that()
                .resideInAPackage(HOUSE + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(HOUSE + other + "..")
                .check(classes);
    }
}
