package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.lab.Lab;
import dev.sessionmesh.chaos.lab.LabException;
import dev.sessionmesh.chaos.lab.Node;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where the load goes: the doors of a cluster, and what stands behind them. */
interface Site {
    Duration ANSWERS_WITHIN = Duration.ofSeconds(5);

    /** Addresses that tabs know, in the order in which tabs spread over them. */
    List<URI> urls();

    /** What a history calls the node at this address. */
    String nameOf(URI url);

    /** Who is asked for the final logs, by name: the first one's answer counts, what others say is compared with it. */
    Map<String, URI> readers();

    /** The cluster of a lab. */
    static Site of(Lab lab) {
        return new Site() {
            @Override
            public List<URI> urls() {
                return lab.urls();
            }

            @Override
            public String nameOf(URI url) {
                return lab.nodes().stream()
                        .filter(node -> node.front().equals(url) || node.url().equals(url))
                        .map(Node::name)
                        .findFirst()
                        .orElse(url.toString());
            }

            /** A node that serves is asked for what counts; one that does not at the moment is compared with it. */
            @Override
            public Map<String, URI> readers() {
                Map<String, URI> readers = new LinkedHashMap<>();
                lab.running().stream()
                        .sorted(Comparator.comparing(node -> node.status("/health/ready") != 200))
                        .forEach(node -> readers.put(node.name(), node.url()));
                return readers;
            }
        };
    }

    /** A cluster of which nothing is known but addresses; one may stand for many nodes. */
    static Site of(List<URI> urls) {
        return new Site() {
            @Override
            public List<URI> urls() {
                return urls;
            }

            @Override
            public String nameOf(URI url) {
                return url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
            }

            /** A killed node may be gone for good: those that answer. */
            @Override
            public Map<String, URI> readers() {
                Map<String, URI> readers = new LinkedHashMap<>();
                try (HttpClient http = HttpClient.newHttpClient()) {
                    urls.stream().filter(url -> answers(http, url)).forEach(url -> readers.put(nameOf(url), url));
                }
                if (readers.isEmpty()) {
                    throw new LabException("none of " + urls + " answers any more");
                }
                return readers;
            }
        };
    }

    private static boolean answers(HttpClient http, URI url) {
        HttpRequest request = HttpRequest.newBuilder(url.resolve("/health/ready"))
                .timeout(ANSWERS_WITHIN)
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() > 0;
        } catch (IOException nobody) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
