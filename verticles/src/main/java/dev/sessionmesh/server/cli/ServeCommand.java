package dev.sessionmesh.server.cli;

import dev.sessionmesh.cluster.ClusterSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mesh serve}: one node. */
@Command(
        name = "serve",
        description = "Starts one node.",
        sortOptions = false,
        footer = {
            "",
            "A value comes from its flag, else from the environment, else from the configuration file, else from the default.",
            "The file is a flat YAML mapping from option names without the dashes, such as 'http-port: 8080'."
        })
final class ServeCommand implements Callable<Integer> {
    private static final int HOST_NAME_MAX = 50;

    private final NodeStarter starter;
    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = ConfigFile.OPTION,
            paramLabel = "FILE",
            description = {"Configuration file. Default: none.", "  SESSIONMESH_CONFIG"})
    @SuppressWarnings("UnusedVariable") // was read before the others, see MeshCli
    private Optional<Path> config = Optional.empty();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "Unique in the cluster and the same after a restart. Default: the host's name and the HTTP port.")
    private Optional<String> name = Optional.empty();

    @Mixin
    private HttpFlags http = new HttpFlags();

    @Mixin
    private AuthFlags auth = new AuthFlags();

    @Mixin
    private LimitFlags limits = new LimitFlags();

    @Mixin
    private WebhookFlags hooks = new WebhookFlags();

    @Mixin
    private MetricsFlags metrics = new MetricsFlags();

    @Mixin
    private ClusterFlags cluster = new ClusterFlags();

    @Mixin
    private ModelFlags models = new ModelFlags();

    @Mixin
    private ToolFlags tools = new ToolFlags();

    @Mixin
    private ArchiveFlags archive = new ArchiveFlags();

    @Mixin
    private TraceFlags traces = new TraceFlags();

    @Option(names = "--log-format", paramLabel = "text|json", description = "Log lines on standard error.")
    private LogFormat logFormat = LogFormat.TEXT;

    /** For the demo's supervisor. */
    @Option(names = "--parent-watch", arity = "0..1", fallbackValue = "true", hidden = true)
    private boolean parentWatch;

    ServeCommand(NodeStarter starter, Map<String, String> environment) {
        this.starter = starter;
        this.environment = Map.copyOf(environment);
    }

    @Override
    public Integer call() throws Exception {
        ServeOptions options = options();
        options.logFormat().apply(options.name());
        if (parentWatch) {
            ParentWatch.start(System.in);
        }
        starter.start(options);
        return 0;
    }

    private ServeOptions options() {
        try {
            ServeOptions.Http address = http.http(environment);
            ClusterSettings settings =
                    cluster.settings(name.orElseGet(() -> hostName() + "-" + address.port()), http.publicUrl());
            return new ServeOptions(
                    address,
                    auth.auth(address.host()),
                    limits.quotas(),
                    hooks.hooks(),
                    metrics.metrics(environment),
                    settings,
                    models.models(environment),
                    tools.tools(),
                    archive.archive(settings.node().cluster()),
                    traces.traces(),
                    logFormat);
        } catch (IllegalArgumentException refused) {
            throw new ParameterException(spec.commandLine(), refused.getMessage(), refused);
        }
    }

    private static String hostName() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            host = "node";
        }
        String plain = host.replaceAll("[^A-Za-z0-9.-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
        String named = plain.isEmpty() ? "node" : plain;
        return named.substring(0, Math.min(named.length(), HOST_NAME_MAX));
    }
}
