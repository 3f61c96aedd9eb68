package dev.sessionmesh.console;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ./mesh drill} left behind: a folder for each run, with {@code report.json} and {@code report.html} in it. Everything blocks.
 * Names come from strangers, so they are names of folders and nothing else, and what a link leads out of the directory to is not there.
 */
public final class DrillReports {
    static final int LISTED = 100;
    static final int LOOKED_AT = 1_000;
    static final int JSON_BYTES = 4 << 20;
    static final int PAGE_BYTES = 16 << 20;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final String JSON = "report.json";
    private static final String PAGE = "report.html";
    private static final List<String> TOLD =
            List.of("drill", "verdict", "correct", "passed", "nodes", "sessions", "tabs");

    private final Path dir;

    /** @param dir need not be there yet */
    public DrillReports(Path dir) {
        this.dir = dir;
    }

    private record Found(String name, Path file, long at) {}

    /** The newest ones first, without what is in them. */
    public List<JsonObject> list() throws IOException {
        if (!Files.isDirectory(dir)) {
            return List.of();
        }
        List<Found> found = new ArrayList<>();
        try (DirectoryStream<Path> runs = Files.newDirectoryStream(dir)) {
            int looked = 0;
            for (Path run : runs) {
                if (++looked > LOOKED_AT) {
                    break;
                }
                String name = String.valueOf(run.getFileName());
                Optional<Path> file = file(name, JSON);
                if (file.isPresent()) {
                    found.add(new Found(name, file.get(), modified(file.get())));
                }
            }
        }
        found.sort(Comparator.comparingLong(Found::at).reversed().thenComparing(Found::name));
        List<JsonObject> rows = new ArrayList<>();
        for (Found report : found.subList(0, Math.min(LISTED, found.size()))) {
            rows.add(row(report));
        }
        return rows;
    }

    /** The report itself; empty when there is none that can be read. */
    public Optional<JsonObject> read(String name) throws IOException {
        Optional<Path> file = file(name, JSON);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        Found report = new Found(name, file.get(), modified(file.get()));
        Optional<JsonObject> content = content(report.file());
        return content.map(json -> shared(report).put("report", json));
    }

    /** The report as one HTML file. */
    public Optional<byte[]> page(String name) throws IOException {
        Optional<Path> file = file(name, PAGE);
        return file.isEmpty() ? Optional.empty() : bytes(file.get(), PAGE_BYTES);
    }

    private JsonObject row(Found report) throws IOException {
        JsonObject row = shared(report);
        Optional<JsonObject> content = content(report.file());
        if (content.isEmpty()) {
            return row.put("problem", "it can't be read, or is larger than " + (JSON_BYTES >> 20) + " MB");
        }
        for (String field : TOLD) {
            @Nullable Object value = content.get().getValue(field);
            if (value instanceof String || value instanceof Boolean || value instanceof Integer) {
                row.put(field, value);
            }
        }
        return row;
    }

    private JsonObject shared(Found report) {
        boolean page;
        try {
            page = file(report.name(), PAGE).isPresent();
        } catch (IOException unreadable) {
            page = false;
        }
        return new JsonObject()
                .put("name", report.name())
                .put("at", Instant.ofEpochMilli(report.at()).toString())
                .put("page", page);
    }

    private static Optional<JsonObject> content(Path file) throws IOException {
        try {
            return bytes(file, JSON_BYTES).map(bytes -> new JsonObject(Buffer.buffer(bytes)));
        } catch (DecodeException noJson) {
            return Optional.empty();
        }
    }

    /** Empty when it is larger than it may be, whatever it was when somebody last looked. */
    private static Optional<byte[]> bytes(Path file, int most) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            return bytes.length > most ? Optional.empty() : Optional.of(bytes);
        }
    }

    private Optional<Path> file(String run, String file) throws IOException {
        if (!NAME.matcher(run).matches()) {
            return Optional.empty();
        }
        try {
            Path root = dir.toRealPath();
            Path real = root.resolve(run).resolve(file).toRealPath();
            return real.startsWith(root) && Files.isRegularFile(real) ? Optional.of(real) : Optional.empty();
        } catch (FileSystemException missing) {
            // Or not to be read, or a link to itself.
            return Optional.empty();
        }
    }

    private static long modified(Path file) throws IOException {
        return Files.getLastModifiedTime(file).toMillis();
    }
}
