package dev.sessionmesh.bench.lab;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Nodes of Sessionmesh, or one server to compare with. */
public final class Cluster implements AutoCloseable {
    static final String NODE = "dev.sessionmesh.server.Main";
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);
    private static final int POSTED_AT_ONCE = 16;
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);

    private final List<ServerProcess> nodes;
    private final Path logs;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private Cluster(List<ServerProcess> nodes, Path logs) {
        this.nodes = List.copyOf(nodes);
        this.logs = logs;
    }

    /** Nodes named n1, n2, ... that have found each other. */
    public static Cluster start(int size, int backups, Processors on, int heapMegabytes, Path logs) {
        return start(size, backups, on, heapMegabytes, logs, List.of());
    }

    /** @param further arguments of every node */
    public static Cluster start(
            int size, int backups, Processors on, int heapMegabytes, Path logs, List<String> further) {
        List<Integer> ports = ServerProcess.freePorts(size * 2);
        String join = ports.subList(size, 2 * size).stream()
                .map(port -> "127.0.0.1:" + port)
                .collect(Collectors.joining(","));
        List<ServerProcess> nodes = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            List<String> arguments = new ArrayList<>(List.of(
                    "serve",
                    "--name",
                    "n" + (i + 1),
                    "--cluster-name",
                    "bench-" + ports.getLast(),
                    "--http-port",
                    ports.get(i).toString(),
                    "--cluster-port",
                    ports.get(size + i).toString(),
                    "--join",
                    join,
                    "--backups",
                    Integer.toString(backups),
                    "--initial-members",
                    Integer.toString(size),
                    "--model",
                    "scripted:bench",
                    "--parent-watch"));
            arguments.addAll(further);
            nodes.add(ServerProcess.start(
                    on, heapMegabytes, NODE, ports.get(i), arguments, logs.resolve("n" + (i + 1) + ".log")));
        }
        Cluster cluster = new Cluster(nodes, logs);
        cluster.awaitReady("/health/ready");
        return cluster;
    }

    /** A server of another make. */
    public static Cluster single(String main, List<String> arguments, Processors on, int heapMegabytes, Path logs) {
        int port = ServerProcess.freePorts(1).getFirst();
        List<String> all = new ArrayList<>(List.of(Integer.toString(port)));
        all.addAll(arguments);
        Path log = logs.resolve(main.substring(main.lastIndexOf('.') + 1) + ".log");
        Cluster cluster = new Cluster(List.of(ServerProcess.start(on, heapMegabytes, main, port, all, log)), logs);
        cluster.awaitReady("/ready");
        return cluster;
    }

    public List<ServerProcess> nodes() {
        return nodes;
    }

    public URI url(int node) {
        return nodes.get(node % nodes.size()).url();
    }

    private void awaitReady(String path) {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        for (ServerProcess node : nodes) {
            while (status(HttpRequest.newBuilder(node.url().resolve(path))) != 200) {
                if (!node.alive() || System.nanoTime() > deadline) {
                    close();
                    throw new IllegalStateException("A server did not become ready; see " + logs);
                }
                LockSupport.parkNanos(50_000_000);
            }
        }
    }

    /** Sessions with the provider that makes load. */
    public void createSessions(List<String> ids) {
        postAll(ids, id -> "/v1/sessions", id -> "{\"id\":\"" + id + "\",\"model\":\"scripted:bench\"}");
    }

    /** Has every session say a number of tokens, with nobody to follow it. */
    public void say(List<String> ids, int tokens, int tokenBytes) {
        String input = "{\"text\":\"bench " + tokens + " 0 " + tokenBytes + "\"}";
        postAll(ids, id -> "/v1/sessions/" + id + "/inputs", id -> input);
    }

    /** Posts something for every session, on all nodes, several at a time. */
    private void postAll(List<String> ids, UnaryOperator<String> path, UnaryOperator<String> body) {
        Semaphore atOnce = new Semaphore(POSTED_AT_ONCE);
        try (ExecutorService posters = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> posted = new ArrayList<>();
            for (int i = 0; i < ids.size(); i++) {
                String id = ids.get(i);
                URI node = url(i);
                posted.add(posters.submit(() -> {
                    atOnce.acquireUninterruptibly();
                    try {
                        post(node, path.apply(id), body.apply(id));
                    } finally {
                        atOnce.release();
                    }
                }));
            }
            for (Future<?> one : posted) {
                one.get();
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    /** Posts to a server and insists on success. */
    public void post(URI node, String path, String body) {
        succeed(
                HttpRequest.newBuilder(node.resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                body);
    }

    /** What a server answers, which has to be a success. */
    public String get(URI node, String path) {
        return succeed(HttpRequest.newBuilder(node.resolve(path)), "");
    }

    private String succeed(HttpRequest.Builder request, String body) {
        HttpRequest asked = request.timeout(ANSWERED_WITHIN).build();
        String what = asked.method() + " " + asked.uri().getPath() + " " + body;
        try {
            HttpResponse<String> answer = http.send(asked, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new IllegalStateException(
                        what + " was answered with " + answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (IOException nobody) {
            throw new IllegalStateException(what + " was not answered: " + nobody, nobody);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    /** A metric without labels, of all nodes together. */
    public long metric(String name) {
        Pattern line = Pattern.compile("(?m)^" + Pattern.quote(name) + " (\\S+)$");
        long sum = 0;
        for (ServerProcess node : nodes) {
            Matcher found = line.matcher(get(node.url(), "/metrics"));
            if (!found.find()) {
                throw new IllegalStateException("no metric " + name);
            }
            sum += (long) Double.parseDouble(found.group(1));
        }
        return sum;
    }

    /** Live heap of all nodes together. */
    public long liveHeapBytes() {
        return nodes.stream().mapToLong(ServerProcess::liveHeapBytes).sum();
    }

    /** 0 when nobody answers. */
    private int status(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException nobody) {
            return 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    @Override
    public void close() {
        nodes.forEach(ServerProcess::close);
        http.close();
    }
}
