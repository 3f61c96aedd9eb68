package dev.sessionmesh.server.cli.train;

import dev.sessionmesh.server.cli.FreePorts;
import dev.sessionmesh.server.cli.MeshCli;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code mesh train}: a small cluster in this one process, with tabs that do what tabs do. A JVM that runs it with
 * {@code -XX:AOTCacheOutput} writes down which classes a node loads and which of its methods are hot (JEP 483, JEP 515); a node that
 * is started with that cache is ready in a third of the time.
 */
@Command(name = "train", hidden = true, description = "Plays a cluster to itself, for the JVM's start cache.")
public final class TrainCommand implements Callable<Integer> {
    private static final int NODES = 2;
    private static final int FIRST_PORT = 21_080;
    /** A node's event bus listens this far above its cluster port. */
    private static final int BUS_ABOVE = 1_000;

    private final Function<String[], Integer> mesh;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--seconds", description = "How long, beyond the start.")
    private int seconds = 8;

    /** @param mesh what runs a command line in this process, such as {@link MeshCli#run} */
    public TrainCommand(Function<String[], Integer> mesh) {
        this.mesh = mesh;
    }

    @Override
    public Integer call() throws IOException {
        List<Integer> http = FreePorts.from(FIRST_PORT, NODES);
        List<Integer> members = memberPorts(http.getLast() + 1);
        List<URI> urls = new ArrayList<>();
        for (int i = 0; i < NODES; i++) {
            int exit = mesh.apply(new String[] {
                "serve",
                "--name=t" + i,
                "--http-port=" + http.get(i),
                "--cluster-port=" + members.get(i),
                "--cluster-name=train-" + http.getFirst(),
                "--join=127.0.0.1:" + members.getFirst(),
                "--backups=1"
            });
            if (exit != 0) {
                return exit;
            }
            urls.add(URI.create("http://127.0.0.1:" + http.get(i)));
        }
        int failures = Rehearsal.play(urls, seconds);
        spec.commandLine().getOut().println(failures == 0 ? "trained" : failures + " steps of the training failed");
        // The nodes of this process have nobody to hand their sessions to: no farewell.
        System.exit(failures == 0 ? 0 : 1);
        return 0;
    }

    private static List<Integer> memberPorts(int from) throws IOException {
        List<Integer> found = new ArrayList<>();
        for (int port = from; found.size() < NODES; port++) {
            if (FreePorts.isFree(port) && FreePorts.isFree(port + BUS_ABOVE)) {
                found.add(port);
            }
        }
        return found;
    }
}
