package dev.sessionmesh.server.cli;

import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The other names of an option: {@code --http-port}, {@code SESSIONMESH_HTTP_PORT}, and {@code http-port} in a file. */
final class EnvironmentNames {
    static final String PREFIX = "SESSIONMESH_";

    private EnvironmentNames() {}

    /** Absent for what makes sense on the command line only. */
    static Optional<String> key(ArgSpec spec) {
        return spec instanceof OptionSpec option
                        && !option.usageHelp()
                        && !option.hidden()
                        && !option.longestName().equals(ConfigFile.OPTION)
                ? Optional.of(option.longestName().substring("--".length()))
                : Optional.empty();
    }

    static String variable(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static String lowerCase(Object constant) {
        return constant.toString().toLowerCase(Locale.ROOT);
    }

    /** Adds the default and the variable to each description, so that the help can't disagree with the program. */
    static void document(CommandSpec command) {
        for (OptionSpec option : command.options().toArray(OptionSpec[]::new)) {
            key(option).ifPresent(key -> {
                String said = String.join(" ", option.description());
                String value = option.type().isEnum() ? lowerCase(option.getValue()) : "${DEFAULT-VALUE}";
                String shown = said.contains("Default:") ? said : said + " Default: " + value + ".";
                command.remove(option);
                command.addOption(OptionSpec.builder(option)
                        .description(shown, "  " + variable(key))
                        .build());
            });
        }
    }
}
