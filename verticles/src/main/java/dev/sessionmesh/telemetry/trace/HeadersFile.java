package dev.sessionmesh.telemetry.trace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the collector wants to be shown, such as a key: read again when the file changes. Never logged. */
final class HeadersFile implements Supplier<Map<String, String>> {
    private static final Logger LOG = LoggerFactory.getLogger(HeadersFile.class);
    private static final long BYTES_MOST = 16_384;
    private static final String NAME = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";

    private final Path file;
    private Map<String, String> headers;
    private FileTime read;

    private HeadersFile(Path file) throws IOException {
        this.file = file;
        this.read = Files.getLastModifiedTime(file);
        this.headers = parse();
    }

    static HeadersFile open(Path file) {
        try {
            return new HeadersFile(file);
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("--trace-headers-file " + file + " can't be read", unreadable);
        }
    }

    /** Asked before each batch, on the exporter's thread. */
    @Override
    public synchronized Map<String, String> get() {
        try {
            FileTime now = Files.getLastModifiedTime(file);
            if (!now.equals(read)) {
                headers = parse();
                read = now;
            }
        } catch (IOException | IllegalArgumentException unusable) {
            LOG.warn("--trace-headers-file {} changed and can't be used, what was known stays", file);
        }
        return headers;
    }

    private Map<String, String> parse() throws IOException {
        if (Files.size(file) > BYTES_MOST) {
            throw new IllegalArgumentException("--trace-headers-file " + file + " is too large");
        }
        Map<String, String> parsed = new LinkedHashMap<>();
        for (String line :
                Files.readString(file, StandardCharsets.UTF_8).lines().toList()) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon);
            String value = line.substring(colon + 1).strip();
            if (line.isBlank()) {
                continue;
            }
            if (!name.matches(NAME) || value.isEmpty() || !value.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
                throw new IllegalArgumentException(
                        "--trace-headers-file " + file + " holds a line that is not of the form Name: value, in ASCII");
            }
            parsed.put(name, value);
        }
        return Map.copyOf(parsed);
    }
}
