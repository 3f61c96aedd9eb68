package dev.sessionmesh.server.cli.demo;

import dev.sessionmesh.server.cli.FreePorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
        try (DemoCluster cluster = new DemoCluster(new DemoNodes(dir, heap).plan(ports), out);
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
            out.println("Console http://127.0.0.1:" + ports.getFirst() + "/console/");
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

    private static String token() {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }
}
