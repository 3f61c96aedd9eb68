package dev.sessionmesh.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A secret: it can be used, never printed. */
public record ApiKey(String value) {
    public static final int LENGTH_MAX = 4096;

    public ApiKey {
        if (value.isBlank() || value.length() > LENGTH_MAX) {
            throw new IllegalArgumentException("an API key has 1 to " + LENGTH_MAX + " characters");
        }
        if (value.chars().anyMatch(c -> c <= ' ' || c >= 127)) {
            throw new IllegalArgumentException("an API key has no spaces, line breaks or non-ASCII characters");
        }
    }

    /**
     * A key from the environment or a file, so that it stands in no command line.
     *
     * @throws IllegalArgumentException when both are given, or the file can't be read or holds no key
     */
    static Optional<ApiKey> given(Map<String, String> environment, String variable, String flag, Optional<Path> file) {
        Optional<String> set = Optional.ofNullable(environment.get(variable)).filter(text -> !text.isBlank());
        if (set.isPresent() && file.isPresent()) {
            throw new IllegalArgumentException("both " + flag + " and " + variable + " are set; keep one");
        }
        return set.or(() -> file.map(path -> read(flag, path))).map(text -> new ApiKey(text.strip()));
    }

    private static String read(String flag, Path file) {
        try {
            if (Files.size(file) > LENGTH_MAX) {
                throw new IllegalArgumentException(flag + " " + file + " is too large for a key");
            }
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(flag + " " + file + " can't be read", unreadable);
        }
    }

    @Override
    public String toString() {
        return "ApiKey[hidden]";
    }
}
