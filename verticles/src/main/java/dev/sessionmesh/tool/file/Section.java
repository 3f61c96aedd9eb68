package dev.sessionmesh.tool.file;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * An object of the file and where it stands. Strict: a field that nobody knows is a mistake, and is told as one.
 *
 * @param place such as {@code mcp.search.}; empty for the whole
 * @param folder that paths in the file begin at
 */
record Section(JsonNode json, String place, Path folder) {
    private static final int SECRET_BYTES_MOST = 16_384;

    /** @param known its fields */
    static Section of(JsonNode json, String place, Path folder, Set<String> known) {
        String name = place.isEmpty() ? "the file" : place.substring(0, place.length() - 1);
        if (!json.isObject()) {
            throw new ToolsFileException("bad_field", name, "is not a JSON object");
        }
        json.fieldNames().forEachRemaining(field -> {
            if (!known.contains(field)) {
                throw new ToolsFileException(
                        "unknown_field", place + field, "is not known; there are " + String.join(", ", sorted(known)));
            }
        });
        return new Section(json, place, folder);
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    boolean has(String field) {
        return json.hasNonNull(field);
    }

    JsonNode tree(String field) {
        return json.path(field);
    }

    ToolsFileException wrong(String code, String field, String what) {
        return new ToolsFileException(code, place + field, what);
    }

    /** Things with names: each entry, by its name. */
    <T> Map<String, T> entries(String field, String names, BiFunction<String, JsonNode, T> read) {
        Map<String, T> entries = new LinkedHashMap<>();
        if (has(field)) {
            if (!json.get(field).isObject()) {
                throw wrong("bad_field", field, "is not a JSON object");
            }
            json.get(field).properties().forEach(entry -> {
                if (!entry.getKey().matches(names)) {
                    throw wrong("bad_name", field + "." + entry.getKey(), "is not a name of the form " + names);
                }
                entries.put(entry.getKey(), read.apply(entry.getKey(), entry.getValue()));
            });
        }
        return entries;
    }

    Optional<String> text(String field, int most) {
        if (!has(field)) {
            return Optional.empty();
        }
        String text = json.get(field).textValue();
        if (text == null || text.length() > most) {
            throw wrong("bad_field", field, "is not a text of at most " + most + " characters");
        }
        return Optional.of(text);
    }

    boolean flag(String field) {
        if (has(field) && !json.get(field).isBoolean()) {
            throw wrong("bad_field", field, "is neither true nor false");
        }
        return json.path(field).asBoolean(false);
    }

    long whole(String field, long least, long most, long otherwise) {
        if (!has(field)) {
            return otherwise;
        }
        JsonNode number = json.get(field);
        if (!number.isIntegralNumber()
                || !number.canConvertToLong()
                || number.longValue() < least
                || number.longValue() > most) {
            throw wrong("bad_field", field, "is not a whole number from " + least + " to " + most);
        }
        return number.longValue();
    }

    /** An address that calls go to; a user or password in it would end up in logs on the way. */
    URI url(String field) {
        String text = text(field, 2_000).orElseThrow(() -> wrong("missing_field", field, "is missing"));
        try {
            URI url = new URI(text);
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (web && url.getHost() != null && url.getRawUserInfo() == null && url.getRawFragment() == null) {
                return url;
            }
        } catch (URISyntaxException notOne) {
            // said below
        }
        throw wrong(
                "bad_url", field, "is not an http or https URL with a host, and without user, password and fragment");
    }

    /** What a file of secrets says. */
    Optional<String> secret(String field) {
        return text(field, 4_096).map(name -> {
            Path path = folder.resolve(name);
            try {
                if (Files.size(path) <= SECRET_BYTES_MOST) {
                    return Files.readString(path);
                }
            } catch (IOException unreadable) {
                throw wrong("bad_secret", field, "names a file that can't be read as text: " + path);
            }
            throw wrong("bad_secret", field, "names a file of more than " + SECRET_BYTES_MOST + " bytes: " + path);
        });
    }
}
