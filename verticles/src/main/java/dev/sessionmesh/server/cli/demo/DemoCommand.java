package dev.sessionmesh.server.cli.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mesh demo}: a cluster on this machine, until Ctrl-C. */
@Command(
        name = "demo",
        description = "Starts three nodes on this machine and prints the address of a page to watch them.",
        sortOptions = false,
        footer = {"", "Variables of 'serve', such as SESSIONMESH_OPENAI_API_KEY and SESSIONMESH_MODEL, reach the nodes."
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int NODES = 3;
    private static final int HTTP_PORT = 8080;
    private static final int CLUSTER_PORT = 5701;
    private static final int BUS_PORT = 6701;
    private static final int TOKEN_BYTES = 16;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--http-ports",
            split = ",",
            paramLabel = "PORT",
            description = "A port for each node. Default: the first three free ones from " + HTTP_PORT + " on.")
    private List<Integer> httpPorts = new ArrayList<>();

    @Option(names = "--heap", paramLabel = "SIZE", description = "Memory of a node. Default: ${DEFAULT-VALUE}.")
    private String heap = "256m";

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "${env:MESH_DEMO_DIR:-.mesh/demo}",
            description = "Where the nodes' logs and state go; emptied at the start. Default: ${DEFAULT-VALUE}.")
    private Path dir = Path.of(".mesh", "demo");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        List<Integer> ports = httpPorts();
        String token = token();
        CountDownLatch stopped = new CountDownLatch(1);
        try (DemoCluster cluster = new DemoCluster(nodes(ports), out);
                DemoControl control = DemoControl.start(cluster, token)) {
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                stopped.countDown();
                                cluster.close();
                            },
                            "stop-nodes"));
            out.println("Starting " + NODES + " nodes; their logs are " + dir.toAbsolutePath() + "/n*.log");
            cluster.startAll();
            cluster.awaitReady();
            cluster.states()
                    .forEach(node -> out.println("  " + node.name() + "  " + node.url() + "  pid " + node.pid()));
            out.println("Open " + page(ports.getFirst(), control.port(), token));
            out.println("Kill a node there or by its pid, while a session speaks. Ctrl-C here stops everything.");
            stopped.await();
        }
        return 0;
    }

    private static String page(int httpPort, int controlPort, String token) {
        return "http://127.0.0.1:" + httpPort + "/#control=http://127.0.0.1:" + controlPort + "&token=" + token;
    }

    private List<Integer> httpPorts() throws IOException {
        if (httpPorts.isEmpty()) {
            return FreePorts.from(HTTP_PORT, NODES);
        }
        if (httpPorts.size() != NODES || httpPorts.stream().distinct().count() != NODES) {
            throw new ParameterException(spec.commandLine(), "--http-ports needs " + NODES + " different ports");
        }
        for (int port : httpPorts) {
            if (!FreePorts.isFree(port)) {
                throw new ParameterException(spec.commandLine(), "port " + port + " is taken, or none");
            }
        }
        return httpPorts;
    }

    private List<DemoNode> nodes(List<Integer> ports) throws IOException {
        empty(dir);
        Files.createDirectories(dir);
        ChildJvm jvm = ChildJvm.likeThisOne();
        List<Integer> clusterPorts = FreePorts.from(CLUSTER_PORT, NODES);
        List<Integer> busPorts = FreePorts.from(BUS_PORT, NODES);
        String join = clusterPorts.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
        List<DemoNode> nodes = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            String name = "n" + (i + 1);
            List<String> arguments = List.of(
                    "--parent-watch",
                    "--name=" + name,
                    "--profile=lan",
                    "--cluster-name=demo-" + clusterPorts.getFirst(),
                    "--http-host=127.0.0.1",
                    "--http-port=" + ports.get(i),
                    "--cluster-host=127.0.0.1",
                    "--cluster-port=" + clusterPorts.get(i),
                    "--bus-port=" + busPorts.get(i),
                    "--join=" + join,
                    "--backups=2",
                    "--members=" + NODES,
                    "--initial-members=" + NODES,
                    "--state-dir=" + dir.resolve("state").resolve(name));
            nodes.add(new DemoNode(
                    name,
                    URI.create("http://127.0.0.1:" + ports.get(i)),
                    jvm.command(heap, arguments),
                    dir.resolve(name + ".log")));
        }
        return nodes;
    }

    /** Only what a demo wrote: the logs and the nodes' state. */
    private static void empty(Path dir) throws IOException {
        if (!Files.isDirectory(dir)) {
            return;
        }
        List<Path> old;
        try (Stream<Path> files = Files.walk(dir)) {
            old = files.filter(file -> !file.equals(dir))
                    .sorted((a, b) -> b.compareTo(a))
                    .toList();
        }
        for (Path file : old) {
            if (file.startsWith(dir.resolve("state")) || file.toString().endsWith(".log")) {
                Files.delete(file);
            }
        }
    }

    private static String token() {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
