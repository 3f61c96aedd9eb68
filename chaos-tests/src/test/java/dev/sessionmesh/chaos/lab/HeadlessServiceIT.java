package dev.sessionmesh.chaos.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * Nodes as the chart starts them: told a name, an address of their own and a zone, in that order of nobody's. Three hold sessions (two of them in zone a),
 * a fourth is a gateway. Each test goes on where the one before it ended.
 */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class HeadlessServiceIT {
    private static final Duration START = Duration.ofMinutes(4);
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final List<String> ZONES = List.of("a", "a", "b", "b");
    private static final int SESSIONS = 24;
    private static final int GATEWAY = 4;
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private static Network network;
    private static HeadlessService dns;
    private static final List<Node> nodes = new ArrayList<>();

    @BeforeAll
    static void a_headless_service_without_addresses() throws IOException {
        HeadlessService.assumeThere();
        Path dir = Files.createDirectories(Path.of("target", "headless").toAbsolutePath());
        network = Network.create();
        dns = HeadlessService.start(network, dir);
        for (int number = 1; number <= GATEWAY; number++) {
            nodes.add(node(number, network.add(), dir));
        }
    }

    private static Node node(int number, String address, Path dir) throws IOException {
        String name = number == GATEWAY ? "gateway" : "n" + number;
        Path home = Directories.emptied(dir.resolve(name));
        List<String> arguments = new ArrayList<>(List.of(
                "serve",
                "--name=" + name,
                "--profile=kubernetes",
                "--cluster-name=" + "headless-" + ProcessHandle.current().pid(),
                "--cluster-host=" + address,
                "--join-dns=" + HeadlessService.NAME,
                "--members=3",
                "--backups=1",
                "--http-host=0.0.0.0",
                "--admin-port=8081",
                "--no-auth",
                "--model=scripted:test"));
        arguments.addAll(List.of("--zone=" + ZONES.get(number - 1), "--zone-required"));
        arguments.add(number == GATEWAY ? "--gateway" : "--state-dir=" + home.resolve("state-" + System.nanoTime()));
        // Probes, as everything of operators, are at the admin port.
        return new Node(
                name,
                URI.create("http://" + address + ":8081"),
                Launch.command(dns.inside(number), 192, List.of(), arguments),
                home,
                HTTP);
    }

    @AfterAll
    static void end() {
        nodes.forEach(Node::destroy);
        if (dns != null) {
            dns.close();
        }
        if (network != null) {
            network.close();
        }
    }

    @Test
    @Order(1)
    void nodes_that_are_up_before_they_are_in_the_dns_form_one_cluster() throws Exception {
        nodes.forEach(Node::start);
        // Their addresses come late and all at once, as when the endpoints of three new pods are written.
        Thread.sleep(1_500);
        for (int number = 1; number < GATEWAY; number++) {
            dns.add(nodes.get(number - 1).url().getHost());
        }
        for (Node node : nodes) {
            node.awaitReady(START);
        }
        // Two suffice to begin with, the third may come a moment later.
        for (Node node : nodes) {
            Waiting.until("all to belong", SOON, () -> view(node).equals(List.of("n1", "n2", "n3")), node::logTail);
        }
        // Nobody had founded a cluster of his own and had to start anew.
        for (Node node : nodes) {
            assertEquals(0, occurrences(node, "merged into another side"), node::logTail);
            assertEquals(200, node.status("/health/started"));
            assertEquals(200, node.status("/health/live"));
        }
    }

    @Test
    @Order(2)
    void operators_come_in_by_their_own_port_only() throws Exception {
        Node node = nodes.getFirst();
        for (String path : List.of("/health/ready", "/health/live", "/health/started", "/admin/status", "/metrics")) {
            assertEquals(404, get(clients(node) + path).statusCode(), path);
        }
        assertEquals(404, get(node.url() + "/v1/cluster").statusCode());
        assertEquals(200, get(clients(node) + "/v1/cluster").statusCode());
        assertEquals(403, get(node.url() + "/admin/status").statusCode());
    }

    @Test
    @Order(3)
    void a_gateway_serves_sessions_and_holds_none() throws Exception {
        Node gateway = nodes.get(GATEWAY - 1);
        for (int i = 0; i < SESSIONS; i++) {
            assertEquals(
                    201,
                    post(clients(gateway) + "/v1/sessions", new JsonObject().put("id", "s" + i))
                            .statusCode());
            assertEquals(
                    202,
                    post(
                                    clients(gateway) + "/v1/sessions/s" + i + "/inputs",
                                    new JsonObject().put("id", "i" + i).put("text", "hello"))
                            .statusCode());
        }
        for (int i = 0; i < SESSIONS; i++) {
            String session = "s" + i;
            Waiting.until(
                    "the answer in " + session, SOON, () -> answered(gateway, session), () -> events(gateway, session));
        }
        int held = 0;
        for (Node node : nodes.subList(0, GATEWAY - 1)) {
            held += sessions(node);
        }
        assertEquals(SESSIONS, held);
        assertEquals(0, sessions(gateway));
    }

    @Test
    @Order(4)
    void a_gateway_that_goes_takes_nobodys_vote_with_it() {
        Node gateway = nodes.get(GATEWAY - 1);
        long begun = System.nanoTime();
        gateway.stop(Duration.ofSeconds(20));
        assertTrue(System.nanoTime() - begun < Duration.ofSeconds(15).toNanos(), gateway::logTail);
        for (Node node : nodes.subList(0, GATEWAY - 1)) {
            assertEquals(200, node.status("/health/ready"), node::logTail);
            assertEquals(List.of("n1", "n2", "n3"), view(node));
        }
    }

    /** With copies spread over zones every session has one in zone b; spread by chance, a third would be lost. */
    @Test
    @Order(5)
    void a_zone_that_is_lost_takes_no_session_with_it() throws Exception {
        Node last = nodes.get(2);
        // A node answers as of half a second before it was asked last.
        boolean unused = areSafe();
        Thread.sleep(1_000);
        Waiting.until("every copy to be in its place", SOON, HeadlessServiceIT::areSafe, last::logTail);
        nodes.subList(0, 2).forEach(Node::kill);
        nodes.subList(0, 2).forEach(Node::awaitGone);
        Waiting.until("the majority to be missed", SOON, () -> last.status("/health/ready") == 503, last::logTail);
        assertEquals(200, last.status("/health/live"));
        for (int i = 0; i < SESSIONS; i++) {
            String session = "s" + i;
            // What is known to be on every copy; the rest waits for a majority.
            Waiting.until(
                    session + " to be read in zone b",
                    SOON,
                    () -> events(last, session).contains("\"text\":\"hello\""),
                    () -> events(last, session));
        }
        assertEquals(0, occurrences(last, "lost all copies"), last::logTail);
    }

    private static String clients(Node node) {
        return "http://" + node.url().getHost() + ":8080";
    }

    private static List<String> view(Node node) {
        return admin(node, "/admin/status").getJsonObject("view").getJsonArray("nodes").stream()
                .map(String::valueOf)
                .toList();
    }

    /** How many sessions a node holds. */
    private static int sessions(Node node) {
        JsonObject tenants = admin(node, "/admin/tenants").getJsonObject("tenants");
        return tenants.stream()
                .mapToInt(tenant -> ((JsonObject) tenant.getValue()).getInteger("sessions"))
                .sum();
    }

    /** /admin answers programs in the node's own namespace. */
    private static JsonObject admin(Node node, String path) {
        List<String> command = new ArrayList<>(network.inside(nodes.indexOf(node) + 1));
        command.addAll(List.of(
                "bash",
                "-c",
                "exec 3<>/dev/tcp/127.0.0.1/8081; printf 'GET " + path
                        + " HTTP/1.0\\r\\n\\r\\n' >&3; sed '1,/^\\r$/d' <&3"));
        return new JsonObject(Tool.run(command.toArray(String[]::new)));
    }

    private static boolean areSafe() {
        return nodes.subList(0, GATEWAY - 1).stream().allMatch(node -> {
            try {
                return new JsonObject(get(clients(node) + "/v1/cluster").body()).getBoolean("safe");
            } catch (IOException away) {
                return false;
            }
        });
    }

    private static boolean answered(Node node, String session) {
        return events(node, session).contains("\"completed\"");
    }

    private static String events(Node node, String session) {
        try {
            return get(clients(node) + "/v1/sessions/" + session + "/events?after=0")
                    .body();
        } catch (IOException away) {
            return away.toString();
        }
    }

    private static int occurrences(Node node, String words) {
        try {
            return Files.readString(node.log()).split(words, -1).length - 1;
        } catch (IOException unreadable) {
            throw new LabException("no log of " + node, unreadable);
        }
    }

    private static HttpResponse<String> get(String url) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(url)));
    }

    private static HttpResponse<String> post(String url, JsonObject body) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.encode())));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return HTTP.send(request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
    }
}
