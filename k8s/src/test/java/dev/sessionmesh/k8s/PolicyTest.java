package dev.sessionmesh.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sessionmesh.server.LeaveTimes;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What no version of this chart may do, whatever is switched on. */
final class PolicyTest {
    private static final Set<String> WORKLOADS = Set.of("StatefulSet", "Deployment", "Pod");

    static Stream<String> variants() {
        return Chart.everyVariant();
    }

    private static List<Manifest> of(String variant, String... kinds) {
        return Chart.of(variant).stream()
                .filter(document -> Set.of(kinds).contains(document.kind()))
                .toList();
    }

    /** Nodes and gateways. */
    private static List<Manifest> mesh(String variant) {
        return of(variant, "StatefulSet", "Deployment").stream()
                .filter(document -> document.podLabels().containsKey("sessionmesh.dev/mesh"))
                .toList();
    }

    private static JsonObject pod(Manifest workload) {
        return workload.podSpec().orElseThrow(() -> new AssertionError("no pod in " + workload));
    }

    private static List<JsonObject> containers(Manifest workload) {
        return Stream.of("containers", "initContainers")
                .flatMap(list -> Manifest.each(pod(workload), list).stream())
                .toList();
    }

    private static JsonElement at(JsonElement from, String path) {
        return Manifest.at(from, path).orElseThrow(() -> new AssertionError("no " + path + " in " + from));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void pods_are_as_the_restricted_security_standard_has_them_and_write_nowhere_else(String variant) {
        for (Manifest workload : of(variant, "StatefulSet", "Deployment", "Pod")) {
            JsonObject pod = pod(workload);
            assertTrue(at(pod, "securityContext.runAsNonRoot").getAsBoolean());
            assertTrue(at(pod, "securityContext.runAsUser").getAsInt() > 0);
            assertEquals(
                    "RuntimeDefault",
                    at(pod, "securityContext.seccompProfile.type").getAsString());
            assertFalse(at(pod, "automountServiceAccountToken").getAsBoolean());
            assertFalse(at(pod, "enableServiceLinks").getAsBoolean());
            for (String host : List.of("hostNetwork", "hostPID", "hostIPC")) {
                assertFalse(pod.has(host), host);
            }
            for (JsonObject container : containers(workload)) {
                assertFalse(at(container, "securityContext.allowPrivilegeEscalation")
                        .getAsBoolean());
                assertTrue(
                        at(container, "securityContext.readOnlyRootFilesystem").getAsBoolean());
                assertTrue(at(container, "securityContext.runAsNonRoot").getAsBoolean());
                assertEquals(
                        "[\"ALL\"]",
                        at(container, "securityContext.capabilities.drop").toString());
                assertFalse(at(container, "securityContext").getAsJsonObject().has("privileged"));
                assertEquals(at(container, "resources.requests.memory"), at(container, "resources.limits.memory"));
                assertTrue(Manifest.at(container, "resources.limits.cpu").isEmpty(), "throttled nodes miss heartbeats");
            }
            for (JsonObject volume : Manifest.each(pod, "volumes")) {
                assertFalse(volume.has("hostPath"), volume.toString());
                if (volume.has("emptyDir") && !at(volume, "name").getAsString().equals("more")) {
                    assertTrue(at(volume, "emptyDir").getAsJsonObject().has("sizeLimit"), volume.toString());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void probes_ask_the_admin_port_for_what_each_is_for(String variant) {
        for (Manifest workload : mesh(variant)) {
            for (JsonObject container : containers(workload)) {
                for (var probe : Map.of(
                                "startupProbe", "/health/started",
                                "readinessProbe", "/health/ready",
                                "livenessProbe", "/health/live")
                        .entrySet()) {
                    JsonElement asked = at(container, probe.getKey());
                    assertEquals(probe.getValue(), at(asked, "httpGet.path").getAsString());
                    assertEquals("admin", at(asked, "httpGet.port").getAsString());
                }
                // A gateway waits a minute for nodes, and then the rest of its start has to fit in.
                assertTrue(seconds(at(container, "startupProbe")) >= 120);
                // After a loss the survivors copy for a while, and must not all leave the Service at once.
                assertTrue(seconds(at(container, "readinessProbe")) >= 15);
                // Longer than any pause that the cluster itself survives.
                assertTrue(seconds(at(container, "livenessProbe")) >= 20);
            }
        }
    }

    private static int seconds(JsonElement probe) {
        return at(probe, "periodSeconds").getAsInt()
                * at(probe, "failureThreshold").getAsInt();
    }

    /** What the server says it may take, and what the pod gives it. */
    @ParameterizedTest
    @MethodSource("variants")
    void an_orderly_stop_fits_into_the_grace_period(String variant) {
        for (Manifest workload : mesh(variant)) {
            int grace = at(pod(workload), "terminationGracePeriodSeconds").getAsInt();
            int before = at(containers(workload).getFirst(), "lifecycle.preStop.sleep.seconds")
                    .getAsInt();
            assertTrue(before >= 1);
            assertTrue(grace >= before + LeaveTimes.usual().total().toSeconds() + 5, workload + ": " + grace);
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void every_port_that_is_named_exists(String variant) {
        List<Manifest> all = Chart.of(variant);
        List<Manifest> workloads = all.stream()
                .filter(document -> WORKLOADS.contains(document.kind()))
                .toList();
        for (Manifest workload : workloads) {
            for (JsonObject container : containers(workload)) {
                Set<String> ports = ports(container);
                for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
                    Stream.of("httpGet.port", "tcpSocket.port")
                            .flatMap(path -> Manifest.at(container, probe + "." + path).stream())
                            .forEach(port -> assertTrue(ports.contains(port.getAsString()), probe + port));
                }
            }
        }
        for (Manifest service : of(variant, "Service")) {
            List<Manifest> behind = selected(workloads, service.labels("spec.selector"));
            assertFalse(behind.isEmpty(), "nobody is behind " + service);
            for (JsonObject port : Manifest.each(service.json(), "spec.ports")) {
                behind.forEach(workload -> assertTrue(
                        hasPort(workload, at(port, "targetPort").getAsString()), service + " at " + workload));
            }
        }
        for (Manifest policy : of(variant, "NetworkPolicy")) {
            List<Manifest> guarded = selected(workloads, policy.labels("spec.podSelector.matchLabels"));
            assertFalse(guarded.isEmpty(), "nobody is guarded by " + policy);
            for (JsonObject rule : Manifest.each(policy.json(), "spec.ingress")) {
                for (JsonObject port : Manifest.each(rule, "ports")) {
                    guarded.forEach(workload ->
                            assertTrue(hasPort(workload, at(port, "port").getAsString()), policy + " at " + workload));
                }
            }
        }
        for (Manifest budget : of(variant, "PodDisruptionBudget")) {
            assertEquals(
                    1,
                    selected(workloads, budget.labels("spec.selector.matchLabels"))
                            .size(),
                    budget.toString());
        }
        for (Manifest monitor : of(variant, "ServiceMonitor")) {
            Map<String, String> wanted = monitor.labels("spec.selector.matchLabels");
            List<Manifest> services = of(variant, "Service").stream()
                    .filter(service ->
                            service.labels("metadata.labels").entrySet().containsAll(wanted.entrySet()))
                    .toList();
            assertEquals(1, services.size());
            String port = at(Manifest.each(monitor.json(), "spec.endpoints").getFirst(), "port")
                    .getAsString();
            assertTrue(Manifest.each(services.getFirst().json(), "spec.ports").stream()
                    .anyMatch(one -> at(one, "name").getAsString().equals(port)));
        }
    }

    private static List<Manifest> selected(List<Manifest> workloads, Map<String, String> labels) {
        assertFalse(labels.isEmpty());
        return workloads.stream()
                .filter(workload -> workload.podLabels().entrySet().containsAll(labels.entrySet()))
                .toList();
    }

    private static Set<String> ports(JsonObject container) {
        Set<String> names = new HashSet<>();
        for (JsonObject port : Manifest.each(container, "ports")) {
            names.add(at(port, "name").getAsString());
            names.add(at(port, "containerPort").getAsString());
        }
        return names;
    }

    private static boolean hasPort(Manifest workload, String port) {
        return containers(workload).stream()
                .anyMatch(container -> ports(container).contains(port));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void what_a_route_leads_to_exists(String variant) {
        Set<String> services = new HashSet<>();
        of(variant, "Service").forEach(service -> services.add(service.name()));
        for (Manifest ingress : of(variant, "Ingress")) {
            for (JsonObject rule : Manifest.each(ingress.json(), "spec.rules")) {
                for (JsonObject path : Manifest.each(rule, "http.paths")) {
                    assertTrue(
                            services.contains(at(path, "backend.service.name").getAsString()));
                    assertEquals("http", at(path, "backend.service.port.name").getAsString());
                }
            }
            assertTrue(
                    ingress.labels("metadata.annotations").values().stream()
                            .anyMatch(value -> value.startsWith("3600")),
                    "a WebSocket outlives the usual timeouts");
        }
        for (Manifest route : of(variant, "HTTPRoute")) {
            JsonObject rule = Manifest.each(route.json(), "spec.rules").getFirst();
            assertEquals("0s", at(rule, "timeouts.request").getAsString());
            JsonObject to = Manifest.each(rule, "backendRefs").getFirst();
            assertTrue(services.contains(at(to, "name").getAsString()));
            Manifest service = of(variant, "Service").stream()
                    .filter(one -> one.name().equals(at(to, "name").getAsString()))
                    .findFirst()
                    .orElseThrow();
            assertEquals(at(Manifest.each(service.json(), "spec.ports").getFirst(), "port"), at(to, "port"));
        }
        for (Manifest scaler : of(variant, "HorizontalPodAutoscaler", "ScaledObject")) {
            assertEquals("Deployment", scaler.text("spec.scaleTargetRef.kind"), "nodes hold sessions");
            Manifest target = of(variant, "Deployment").stream()
                    .filter(one -> one.name().equals(scaler.text("spec.scaleTargetRef.name")))
                    .findFirst()
                    .orElseThrow();
            assertTrue(target.at("spec.replicas").isEmpty(), "an upgrade would undo what the scaler did");
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void any_pod_serves_any_session(String variant) {
        for (Manifest service : of(variant, "Service")) {
            assertTrue(service.at("spec.sessionAffinity").isEmpty());
        }
        for (Manifest ingress : of(variant, "Ingress")) {
            assertTrue(ingress.labels("metadata.annotations").keySet().stream()
                    .noneMatch(name -> name.contains("affinity") || name.contains("cookie")));
        }
    }

    /** Nodes wait for each other before they are ready, so they have to find each other before. */
    @ParameterizedTest
    @MethodSource("variants")
    void nodes_find_each_other_before_they_are_ready(String variant) {
        Manifest nodes = mesh(variant).stream()
                .filter(workload -> workload.kind().equals("StatefulSet"))
                .findFirst()
                .orElseThrow();
        String name = environment(nodes).get("SESSIONMESH_JOIN_DNS");
        assertEquals(name, nodes.text("spec.serviceName"));
        Manifest headless = of(variant, "Service").stream()
                .filter(service -> service.name().equals(name))
                .findFirst()
                .orElseThrow();
        assertEquals("None", headless.text("spec.clusterIP"));
        assertTrue(headless.at("spec.publishNotReadyAddresses").orElseThrow().getAsBoolean());
        assertEquals("node", headless.labels("spec.selector").get("app.kubernetes.io/component"));
        // One after the other would wait for ever: the first is not ready without a majority.
        assertEquals("Parallel", nodes.text("spec.podManagementPolicy"));
    }

    @ParameterizedTest
    @MethodSource("variants")
    void a_majority_stays_whatever_is_evicted_and_wherever_pods_land(String variant) {
        for (Manifest nodes : mesh(variant)) {
            int replicas = nodes.at("spec.replicas").map(JsonElement::getAsInt).orElse(2);
            if (nodes.kind().equals("StatefulSet") && replicas > 1) {
                Manifest budget = budgetOf(variant, nodes).orElseThrow(() -> new AssertionError("no budget: " + nodes));
                assertTrue(budget.number("spec.maxUnavailable") <= (replicas - 1) / 2);
                List<JsonObject> spread = Manifest.each(pod(nodes), "topologySpreadConstraints");
                assertEquals(
                        List.of("kubernetes.io/hostname", "topology.kubernetes.io/zone"),
                        spread.stream()
                                .map(one -> at(one, "topologyKey").getAsString())
                                .toList());
                assertEquals(
                        "DoNotSchedule",
                        at(spread.getFirst(), "whenUnsatisfiable").getAsString());
                for (JsonObject one : spread) {
                    Map<String, String> labels = new Manifest(one).labels("labelSelector.matchLabels");
                    assertTrue(nodes.podLabels().entrySet().containsAll(labels.entrySet()));
                }
            }
        }
    }

    private static Optional<Manifest> budgetOf(String variant, Manifest workload) {
        return of(variant, "PodDisruptionBudget").stream()
                .filter(budget -> workload.podLabels()
                        .entrySet()
                        .containsAll(budget.labels("spec.selector.matchLabels").entrySet()))
                .findFirst();
    }

    /** Secrets are named, never written down: no document is one, and no variable that sounds like one has a value. */
    @ParameterizedTest
    @MethodSource("variants")
    void secrets_come_by_reference_only(String variant) {
        assertTrue(of(variant, "Secret").isEmpty());
        for (Manifest workload : of(variant, "StatefulSet", "Deployment", "Pod")) {
            for (JsonObject container : containers(workload)) {
                for (JsonObject variable : Manifest.each(container, "env")) {
                    String name = at(variable, "name").getAsString();
                    boolean secret = name.matches(".*(TOKEN|PASSWORD|SECRET|API_KEY)") || name.endsWith("_KEY_FILE");
                    boolean isPath = variable.has("value")
                            && at(variable, "value").getAsString().startsWith("/etc/sessionmesh/");
                    assertTrue(!secret || isPath || !variable.has("value"), name);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("variants")
    void the_meshs_own_ports_are_for_the_mesh_only(String variant) {
        for (Manifest policy : of(variant, "NetworkPolicy")) {
            for (JsonObject rule : Manifest.each(policy.json(), "spec.ingress")) {
                Set<String> ports = new HashSet<>();
                Manifest.each(rule, "ports")
                        .forEach(port -> ports.add(at(port, "port").getAsString()));
                if (!ports.contains("http")) {
                    assertFalse(Manifest.each(rule, "from").isEmpty(), ports + " are open to everybody");
                }
                if (ports.contains("member") || ports.contains("bus")) {
                    assertEquals(1, Manifest.each(rule, "from").size());
                    assertEquals(
                            "true",
                            new Manifest(Manifest.each(rule, "from").getFirst())
                                    .labels("podSelector.matchLabels")
                                    .get("sessionmesh.dev/mesh"));
                }
            }
        }
    }

    static Map<String, String> environment(Manifest workload) {
        Map<String, String> variables = new TreeMap<>();
        for (JsonObject variable : Manifest.each(containers(workload).getFirst(), "env")) {
            variables.put(
                    at(variable, "name").getAsString(),
                    Manifest.at(variable, "value").map(JsonElement::getAsString).orElseGet(() -> Manifest.at(
                                    variable, "valueFrom.fieldRef.fieldPath")
                            .map(path -> "<" + path.getAsString() + ">")
                            .orElse("<secret>")));
        }
        return variables;
    }
}
