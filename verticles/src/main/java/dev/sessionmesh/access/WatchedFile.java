package dev.sessionmesh.access;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file that is read again when it changes, so that keys and limits can be exchanged without a restart. What can't be read then changes nothing. */
public final class WatchedFile<T> {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedFile.class);
    private static final long LOOK_MILLIS = 2_000;
    private static final long BYTES_MOST = 1 << 20;

    private final Path path;
    private final Function<Buffer, T> parse;
    private final Consumer<T> use;
    private @Nullable Buffer last;

    private WatchedFile(Path path, Function<Buffer, T> parse, Consumer<T> use) {
        this.path = path;
        this.parse = parse;
        this.use = use;
    }

    /**
     * Blocks while it is read for the first time.
     *
     * @param flag what the file was given by
     * @throws IllegalArgumentException when it can't be used
     */
    public static <T> void open(Vertx vertx, String flag, Path path, Function<Buffer, T> parse, Consumer<T> use) {
        WatchedFile<T> file = new WatchedFile<>(path, parse, use);
        try {
            file.readIfNew();
        } catch (IOException | IllegalArgumentException unusable) {
            throw new IllegalArgumentException(flag + " " + path + ": " + why(unusable), unusable);
        }
        vertx.setPeriodic(LOOK_MILLIS, timer -> {
            var unused = vertx.executeBlocking(() -> {
                        file.readIfNew();
                        return true;
                    })
                    .onFailure(failure -> LOG.warn(
                            "{} {} changed and can't be used, what was known stays: {}", flag, path, why(failure)));
        });
    }

    /** Never what the file holds. */
    private static String why(Throwable failure) {
        return failure instanceof IllegalArgumentException ? String.valueOf(failure.getMessage()) : "it can't be read";
    }

    private synchronized void readIfNew() throws IOException {
        if (Files.size(path) > BYTES_MOST) {
            throw new IllegalArgumentException("it is larger than such a file may be");
        }
        Buffer now = Buffer.buffer(Files.readAllBytes(path));
        if (!now.equals(last)) {
            use.accept(parse.apply(now));
            last = now;
        }
    }
}
