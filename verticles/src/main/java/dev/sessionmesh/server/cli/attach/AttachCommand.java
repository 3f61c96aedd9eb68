package dev.sessionmesh.server.cli.attach;

import dev.sessionmesh.client.ClientOptions;
import dev.sessionmesh.client.Position;
import dev.sessionmesh.client.SessionmeshClient;
import dev.sessionmesh.client.SessionmeshException;
import dev.sessionmesh.client.Tab;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mesh attach URL SESSION}: follows and steers a session from the terminal, or from a pipe. */
@Command(
        name = "attach",
        description = "Follows a session. A line typed is a message; /help lists the rest.",
        sortOptions = false,
        footer = {
            "",
            "With piped input it stays until what the lines began has ended, and exits with 1 if one was refused.",
            "A bearer token, if the server wants one, comes from SESSIONMESH_TOKEN."
        })
public final class AttachCommand implements Callable<Integer> {
    private static final String TOKEN_VARIABLE = "SESSIONMESH_TOKEN";

    private final Map<String, String> environment;
    private final InputStream in;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            split = ",",
            paramLabel = "URL",
            description = "A node, or several with commas between: when one dies, the next is tried.")
    private List<URI> nodes = List.of();

    @Parameters(index = "1", paramLabel = "SESSION", description = "The session's id.")
    private String session = "";

    @Option(names = "--create", description = "Create the session if it does not exist.")
    private boolean create;

    @Option(names = "--model", paramLabel = "MODEL", description = "The model of a session created here.")
    private Optional<String> model = Optional.empty();

    @Option(names = "--all", description = "Show the whole log from its first event, not the conversation so far.")
    private boolean all;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    public AttachCommand(Map<String, String> environment, InputStream in) {
        this.environment = Map.copyOf(environment);
        this.in = in;
    }

    @Override
    public Integer call() {
        ClientOptions options = options();
        Console console = System.console();
        @SuppressWarnings("SystemConsoleNull") // it may be null still, where -Djdk.console=java.base is set
        boolean interactive = in == System.in && console != null && console.isTerminal();
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        SessionmeshClient client = SessionmeshClient.create(vertx, options);
        try {
            if (create) {
                JsonObject profile = new JsonObject().put("id", session);
                model.ifPresent(name -> profile.put("model", name));
                wait(client.http().createSession(profile));
            }
            // A wrong address or name is said now; later, the tab goes on trying.
            wait(client.http().session(session));
            return follow(vertx, client, interactive);
        } finally {
            // One after the other: a future of the client's has nowhere to complete once Vert.x is closed.
            wait(client.close());
            wait(vertx.close());
        }
    }

    private int follow(Vertx vertx, SessionmeshClient client, boolean interactive) {
        PrintWriter out = spec.commandLine().getOut();
        AtomicReference<Tab> tab = new AtomicReference<>();
        Terminal terminal = new Terminal(new Transcript(out, !interactive), client.http(), session, tab::get);
        Context context = vertx.getOrCreateContext();
        Promise<SessionmeshException> ended = Promise.promise();
        context.runOnContext(now -> {
            Tab opened = client.follow(session, all ? Position.start() : Position.newest(), terminal);
            tab.set(opened);
            opened.ended().onComplete(ended);
        });
        Thread.ofPlatform().daemon().name("keyboard").start(() -> type(context, terminal, interactive));
        SessionmeshException why = wait(ended.future());
        boolean left = why.code().equals(SessionmeshException.CLOSED);
        return left && !terminal.anyRefused() ? 0 : 1;
    }

    private void type(Context context, Terminal terminal, boolean interactive) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, Charset.defaultCharset()))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String typed = line;
                Promise<Void> answered = Promise.promise();
                context.runOnContext(now -> terminal.typed(typed).onComplete(answered));
                if (!interactive) {
                    // A pipe is faster than any session: one line at a time.
                    wait(answered.future());
                }
            }
        } catch (IOException closed) {
            spec.commandLine().getErr().println("standard input: " + closed.getMessage());
        }
        context.runOnContext(now -> terminal.inputEnded());
    }

    private ClientOptions options() {
        try {
            ClientOptions options = ClientOptions.of(nodes);
            return Optional.ofNullable(environment.get(TOKEN_VARIABLE))
                    .filter(token -> !token.isBlank())
                    .map(options::withToken)
                    .orElse(options);
        } catch (IllegalArgumentException refused) {
            throw new ParameterException(spec.commandLine(), refused.getMessage(), refused);
        }
    }

    private static <T> T wait(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
        }
    }
}
