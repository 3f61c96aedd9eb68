package dev.sessionmesh.server.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;

/** Where an option's value comes from when no flag gives it: the environment, then the configuration file. */
record OptionDefaults(Map<String, String> environment, Map<String, String> file) implements IDefaultValueProvider {
    OptionDefaults {
        environment = Map.copyOf(environment);
        file = Map.copyOf(file);
    }

    @Override
    public @Nullable String defaultValue(ArgSpec spec) {
        return EnvironmentNames.key(spec)
                .map(key -> {
                    String set = environment.getOrDefault(EnvironmentNames.variable(key), "");
                    return set.isBlank() ? file.getOrDefault(key, "") : set;
                })
                .filter(value -> !value.isBlank())
                .orElse(null);
    }
}
