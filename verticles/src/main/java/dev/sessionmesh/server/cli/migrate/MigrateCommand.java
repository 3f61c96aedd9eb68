package dev.sessionmesh.server.cli.migrate;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code mesh migrate}: has all nodes of a cluster hand their sessions to another one on the same archive, and then drains them. 0 when all are handed
 * over, 1 when some were not in time and the cluster goes on with them, 2 when it could not be begun.
 */
@Command(
        name = "migrate",
        description = {
            "Moves the live sessions of a cluster to another one with the same archive.",
            "Start the other cluster first, under another cluster name, and lead clients to it; then name all nodes of this one.",
            "Exit codes: 0 all are handed over, 1 some are not and go on where they are, 2 it could not be begun."
        },
        mixinStandardHelpOptions = true)
public final class MigrateCommand implements Callable<Integer> {
    private static final int LEFT = 1;
    private static final int NOT_BEGUN = 2;
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);
    private static final long LOOK_MILLIS = 500;
    private static final int SECONDS_MAX = 24 * 3_600;
    private static final String HAND_OVER = "/admin/archive/hand-over";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--from",
            paramLabel = "URL",
            required = true,
            split = ",",
            description = "Where the nodes' /admin is, all of them, such as http://10.0.0.1:8080,http://10.0.0.2:8080.")
    private List<URI> nodes = List.of();

    @Option(names = "--admin-token-file", paramLabel = "FILE", description = "The nodes' admin token.")
    private Optional<Path> tokenFile = Optional.empty();

    @Option(
            names = "--within",
            paramLabel = "SECONDS",
            description = "After so long what is left goes on where it is. Default: ${DEFAULT-VALUE}.")
    private int within = 300;

    @Option(
            names = "--keep-nodes",
            description = "Leaves the nodes running, without sessions, instead of draining them.")
    private boolean keepNodes;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWERS_WITHIN).build();

    @Override
    public Integer call() throws InterruptedException {
        if (within < 1 || within > SECONDS_MAX) {
            err().println("--within must be 1 to " + SECONDS_MAX + ", not " + within);
            return NOT_BEGUN;
        }
        try {
            for (URI node : nodes) {
                ask(node, "GET", "/admin/archive");
            }
            for (URI node : nodes) {
                ask(node, "POST", HAND_OVER);
            }
        } catch (IOException refused) {
            err().println("not begun: " + refused.getMessage());
            callOff();
            return NOT_BEGUN;
        }
        return switch (await()) {
            case ALL_GONE -> finished();
            case CALLED_OFF -> unfinished("called off: what is left goes on where it is");
            case LATE -> unfinished("not all in " + within + " s: what is left goes on where it is");
        };
    }

    private enum End {
        /** All sessions that an archive keeps. */
        ALL_GONE,
        /** By somebody else, or a node was started anew and knows nothing of it. */
        CALLED_OFF,
        LATE
    }

    private End await() throws InterruptedException {
        long until = System.nanoTime() + Duration.ofSeconds(within).toNanos();
        String shown = "";
        while (System.nanoTime() < until) {
            Optional<Sum> sum = sum();
            String line = sum.map(Sum::toString).orElse("a node does not answer");
            if (!line.equals(shown)) {
                out().println(line);
                out().flush();
                shown = line;
            }
            if (sum.filter(Sum::isDone).isPresent()) {
                return End.ALL_GONE;
            }
            if (sum.filter(known -> !known.underWay()).isPresent()) {
                return End.CALLED_OFF;
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return End.LATE;
    }

    private record Sum(boolean underWay, int left, int handedOver, int ephemeral) {
        boolean isDone() {
            return underWay && left == 0;
        }

        @Override
        public String toString() {
            return handedOver + " handed over, " + left + " to go"
                    + (ephemeral > 0 ? ", " + ephemeral + " ephemeral ones stay" : "");
        }
    }

    private Optional<Sum> sum() throws InterruptedException {
        boolean underWay = true;
        int left = 0;
        int handedOver = 0;
        int ephemeral = 0;
        for (URI node : nodes) {
            try {
                JsonObject progress = ask(node, "GET", "/admin/archive").getJsonObject("handOver", new JsonObject());
                underWay &= progress.getBoolean("underWay", false);
                left += progress.getInteger("left", 0);
                handedOver += progress.getInteger("handedOver", 0);
                ephemeral += progress.getInteger("ephemeral", 0);
            } catch (IOException silent) {
                return Optional.empty();
            }
        }
        return Optional.of(new Sum(underWay, left, handedOver, ephemeral));
    }

    private int finished() throws InterruptedException {
        int status = 0;
        for (URI node : keepNodes ? List.<URI>of() : nodes) {
            try {
                ask(node, "POST", "/admin/drain");
                out().println(node + " drains");
            } catch (IOException refused) {
                err().println(node + " does not drain: " + refused.getMessage());
                status = LEFT;
            }
        }
        out().flush();
        return status;
    }

    private int unfinished(String why) throws InterruptedException {
        err().println(why);
        callOff();
        return LEFT;
    }

    private void callOff() throws InterruptedException {
        for (URI node : nodes) {
            try {
                ask(node, "DELETE", HAND_OVER);
            } catch (IOException silent) {
                err().println(node + ": " + silent.getMessage());
            }
        }
    }

    private JsonObject ask(URI node, String method, String path) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(node.resolve(path))
                .timeout(ANSWERS_WITHIN)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.noBody());
        if (tokenFile.isPresent()) {
            request.header(
                    "Authorization",
                    "Bearer " + Files.readString(tokenFile.get()).strip());
        }
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(node + " answers " + answer.statusCode() + " to " + method + " " + path);
        }
        try {
            return new JsonObject(answer.body());
        } catch (DecodeException other) {
            throw new IOException(node + " is no node of a mesh", other);
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
