package dev.sessionmesh.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.presence.PresenceMessage;
import dev.sessionmesh.core.session.Change;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Output;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The bytes of every released version, a line {@code name: hex} for each {@linkplain Samples sample}. All of them are decoded for
 * ever, and today's encoder writes today's version as it was released. A line is added with a new sample ({@code -Dgolden=write}
 * appends those that are missing) and never changed.
 */
class GoldenBytesTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final String CURRENT = "v1";

    record Page<T>(Form<T> form, Map<String, T> samples) {
        @Override
        public String toString() {
            return form.name();
        }
    }

    static List<Page<?>> pages() {
        return List.of(
                new Page<>(Form.BATCH, Samples.batches()),
                new Page<>(Form.ENVELOPE, Samples.envelopes()),
                new Page<>(Form.MARK, Samples.marks()),
                new Page<>(Form.STATE, Samples.states()),
                new Page<>(Form.BUNDLE, Samples.bundles()),
                new Page<>(Form.PRESENCE, Samples.presence()));
    }

    @ParameterizedTest
    @MethodSource("pages")
    <T> void todays_encoder_writes_the_released_bytes(Page<T> page) throws IOException {
        Map<String, byte[]> golden = read(CURRENT, page);
        if ("write".equals(System.getProperty("golden"))) {
            page.samples()
                    .forEach((name, sample) -> golden.computeIfAbsent(
                            name, missing -> page.form().encode().apply(sample)));
            write(page, golden);
        }
        assertEquals(page.samples().keySet(), golden.keySet());
        page.samples()
                .forEach((name, sample) ->
                        assertArrayEquals(golden.get(name), page.form().encode().apply(sample), name));
    }

    @ParameterizedTest
    @MethodSource("pages")
    <T> void every_released_version_is_read(Page<T> page) throws IOException {
        List<String> versions;
        try (Stream<Path> folders = Files.list(GOLDEN)) {
            versions = folders.map(folder -> folder.getFileName().toString()).toList();
        }
        assertTrue(versions.contains(CURRENT));
        for (String version : versions) {
            Map<String, byte[]> golden = read(version, page);
            assertFalse(golden.isEmpty());
            golden.forEach((name, bytes) -> {
                T sample = page.samples().get(name);
                byte[] expected = page.form().encode().apply(sample);
                assertArrayEquals(expected, page.form().again(bytes), version + " " + name);
                if (page.form().comparable()) {
                    assertEquals(sample, page.form().decode().apply(bytes), version + " " + name);
                }
            });
        }
    }

    @Test
    void there_is_a_sample_of_everything() {
        Set<Class<?>> sampled = new HashSet<>();
        Samples.batches().values().forEach(batch -> batch.events().forEach(event -> sampled.add(event.getClass())));
        Samples.marks().values().forEach(mark -> sampled.add(mark.getClass()));
        Samples.bundles().values().forEach(bundle -> sampled.add(bundle.getClass()));
        Samples.presence().values().forEach(message -> sampled.add(message.getClass()));
        Samples.envelopes().values().forEach(envelope -> {
            sampled.add(envelope.command().getClass());
            if (envelope.command() instanceof Command.Produce produce) {
                produce.outputs().forEach(output -> sampled.add(output.getClass()));
            }
        });
        List<Class<?>> families = List.of(
                Event.class, Command.class, Output.class, Change.Mark.class, Bundle.class, PresenceMessage.class);
        for (Class<?> family : families) {
            for (Class<?> member : family.getPermittedSubclasses()) {
                if (member.isRecord()) {
                    assertTrue(sampled.contains(member), "no sample of " + member.getName());
                }
            }
        }
    }

    private static Map<String, byte[]> read(String version, Page<?> page) throws IOException {
        Map<String, byte[]> golden = new LinkedHashMap<>();
        Path file = GOLDEN.resolve(version).resolve(page + ".hex");
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                int colon = line.indexOf(": ");
                golden.put(line.substring(0, colon), HexFormat.of().parseHex(line.substring(colon + 2)));
            }
        }
        return golden;
    }

    private static void write(Page<?> page, Map<String, byte[]> golden) {
        String text = golden.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + HexFormat.of().formatHex(entry.getValue()) + "\n")
                .collect(Collectors.joining());
        try {
            Files.createDirectories(GOLDEN.resolve(CURRENT));
            Files.writeString(GOLDEN.resolve(CURRENT).resolve(page + ".hex"), text);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }
}
