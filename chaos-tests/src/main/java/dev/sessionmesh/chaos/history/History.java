package dev.sessionmesh.chaos.history;

import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Everything that the clients of one run did and saw, in the order of their clock; safe for any thread. */
public final class History {

    private final List<Entry> entries = new ArrayList<>();
    private final AtomicLong ops = new AtomicLong();

    public long nextOp() {
        return ops.incrementAndGet();
    }

    public synchronized void add(Entry entry) {
        entries.add(entry);
    }

    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** The entries of one kind, in order. */
    public <E extends Entry> Stream<E> all(Class<E> kind) {
        return entries().stream().filter(kind::isInstance).map(kind::cast);
    }

    /** One entry a line. */
    public void write(Path file) {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (Entry entry : entries()) {
                out.write(EntryJson.write(entry).encode());
                out.newLine();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the history", e);
        }
    }

    /** A history written before, to be checked again. */
    public static History read(Path file) {
        History history = new History();
        try (Stream<String> lines = Files.lines(file)) {
            lines.forEach(line -> history.add(EntryJson.read(new JsonObject(line))));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the history", e);
        }
        return history;
    }
}
