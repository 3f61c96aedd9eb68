package dev.sessionmesh.server.cli;

import dev.sessionmesh.cluster.HostPort;
import dev.sessionmesh.server.cli.attach.AttachCommand;
import dev.sessionmesh.server.cli.audit.AuditCommand;
import dev.sessionmesh.server.cli.demo.DemoCommand;
import dev.sessionmesh.server.cli.migrate.MigrateCommand;
import dev.sessionmesh.server.cli.train.TrainCommand;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.Unmatched;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of the server: {@code mesh serve} and its siblings. */
public record MeshCli(Map<String, String> environment, NodeStarter starter, PrintWriter out, PrintWriter err) {
    public MeshCli {
        environment = Map.copyOf(environment);
    }

    /** With the process's own environment and output. */
    public MeshCli(NodeStarter starter) {
        this(
                System.getenv(),
                starter,
                new PrintWriter(System.out, true, Charset.defaultCharset()),
                new PrintWriter(System.err, true, Charset.defaultCharset()));
    }

    /**
     * Runs a command line.
     *
     * @return 0: done, or a node serves; 1: it failed; 2: the command line is wrong, and standard error says how
     */
    public int run(String... args) {
        CommandLine serve = new CommandLine(new ServeCommand(starter, environment));
        EnvironmentNames.document(serve.getCommandSpec());
        try {
            if (args.length > 0 && args[0].equals(serve.getCommandName())) {
                serve.setDefaultValueProvider(defaults(serve, args));
            }
        } catch (IllegalArgumentException | ParameterException refused) {
            err.println(refused.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        return commandLine(serve).execute(args);
    }

    private CommandLine commandLine(CommandLine serve) {
        return new CommandLine(new MeshCommand())
                .addSubcommand(serve)
                .addSubcommand(new AttachCommand(environment, System.in))
                .addSubcommand(new AuditCommand())
                .addSubcommand(new MigrateCommand())
                .addSubcommand(new DemoCommand())
                .addSubcommand(new TrainCommand(this::run))
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .registerConverter(HostPort.class, readable(HostPort::parse))
                .setParameterExceptionHandler((wrong, parsed) -> {
                    CommandLine line = wrong.getCommandLine();
                    err.println(wrong.getMessage());
                    UnmatchedArgumentException.printSuggestions(wrong, err);
                    err.println("Try '" + line.getCommandSpec().qualifiedName() + " --help'.");
                    return CommandLine.ExitCode.USAGE;
                })
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    err.println(line.getCommandName() + " failed: " + reason(failure));
                    return CommandLine.ExitCode.SOFTWARE;
                });
    }

    private OptionDefaults defaults(CommandLine serve, String... args) {
        var known = serve.getCommandSpec().options().stream()
                .flatMap(option -> EnvironmentNames.key(option).stream())
                .collect(Collectors.toSet());
        Map<String, String> file = configFile(args)
                .map(path -> ConfigFile.read(path, known).values())
                .orElse(Map.of());
        return new OptionDefaults(environment, file);
    }

    private Optional<Path> configFile(String... args) {
        ConfigOnly config = new ConfigOnly();
        new CommandLine(config).parseArgs(args);
        return config.file.or(() -> Optional.ofNullable(environment.get(EnvironmentNames.variable("config")))
                .filter(path -> !path.isBlank())
                .map(Path::of));
    }

    /** Found before everything else is parsed, because it gives the others their defaults. */
    @Command
    private static final class ConfigOnly {
        @Option(names = ConfigFile.OPTION)
        private Optional<Path> file = Optional.empty();

        @Unmatched
        @SuppressWarnings("UnusedVariable") // without it, the others would be refused
        private String[] others = {};
    }

    private static <T> ITypeConverter<T> readable(ITypeConverter<T> parse) {
        return text -> {
            try {
                return parse.convert(text);
            } catch (IllegalArgumentException refused) {
                throw new TypeConversionException(String.valueOf(refused.getMessage()));
            }
        };
    }

    private static String reason(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .map(cause -> cause.getMessage() == null ? cause.toString() : cause.getMessage())
                .distinct()
                .collect(Collectors.joining(": "));
    }
}
