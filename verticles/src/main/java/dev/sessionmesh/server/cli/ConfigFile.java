package dev.sessionmesh.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/** Options in a YAML file: a flat mapping from option names, without dashes in front, to values or lists of values. */
record ConfigFile(Path path, Map<String, String> values) {
    static final String OPTION = "--config";
    static final int BYTES_MAX = 64 * 1024;

    ConfigFile {
        values = Map.copyOf(values);
    }

    /** @throws IllegalArgumentException naming the file, and the key that is wrong */
    static ConfigFile read(Path path, Set<String> known) {
        Map<String, String> values = new LinkedHashMap<>();
        for (var entry : mapping(path).entrySet()) {
            String key = String.valueOf(entry.getKey());
            if (!known.contains(key)) {
                throw new IllegalArgumentException(
                        path + ": unknown key '" + key + "'; known are " + String.join(", ", new TreeSet<>(known)));
            }
            values.put(key, text(path, key, entry.getValue()));
        }
        return new ConfigFile(path, values);
    }

    private static Map<?, ?> mapping(Path path) {
        // Failsafe: every scalar is text, so that a name like 0123 or no stays what was written.
        var settings = LoadSettings.builder()
                .setLabel(path.toString())
                .setSchema(new FailsafeSchema())
                .setCodePointLimit(BYTES_MAX)
                .build();
        try {
            Object content = new Load(settings).loadFromString(contentOf(path));
            return switch (content) {
                case null -> Map.of();
                case Map<?, ?> mapping -> mapping;
                default -> throw new IllegalArgumentException(path + ": a mapping of options expected");
            };
        } catch (YamlEngineException notYaml) {
            throw new IllegalArgumentException(path + ": not readable as YAML: " + notYaml.getMessage(), notYaml);
        }
    }

    private static String contentOf(Path path) {
        try {
            if (Files.size(path) > BYTES_MAX) {
                throw new IllegalArgumentException(path + ": more than " + BYTES_MAX + " bytes");
            }
            return Files.readString(path);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "configuration file " + path + " can't be read: " + unreadable, unreadable);
        }
    }

    private static String text(Path path, String key, Object value) {
        return switch (value) {
            case String scalar -> scalar;
            case List<?> list
            when list.stream().allMatch(String.class::isInstance) ->
                list.stream().map(String::valueOf).collect(Collectors.joining(","));
            default -> throw new IllegalArgumentException(path + ": '" + key + "' must be a value or a list of values");
        };
    }
}
