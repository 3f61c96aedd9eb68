package dev.sessionmesh.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Output;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is read, for every value of every form. */
class RoundTripTest {
    private static final long SEED = Long.getLong("sessionmesh.seed", 20_260_101);
    private static final int VALUES = 3_000;

    static List<Form<?>> forms() {
        return Form.ALL;
    }

    static List<Form<?>> comparable() {
        return Form.ALL.stream()
                .<Form<?>>map(form -> form)
                .filter(Form::comparable)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("comparable")
    <T> void a_value_comes_back_as_it_was(Form<T> form) {
        for (long seed = SEED; seed < SEED + VALUES; seed++) {
            T value = new RandomValues(seed).of(form.type());
            assertEquals(value, form.decode().apply(form.encode().apply(value)), "seed " + seed);
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void bytes_come_back_as_they_were(Form<?> form) {
        for (long seed = SEED; seed < SEED + VALUES; seed++) {
            byte[] bytes = form.randomBytes(seed);
            assertArrayEquals(bytes, form.again(bytes), "seed " + seed);
        }
    }

    @Test
    void every_event_command_and_output_was_among_them() {
        Set<Class<?>> seen = new HashSet<>();
        for (long seed = SEED; seed < SEED + VALUES; seed++) {
            new RandomValues(seed).of(EventBatch.class).events().forEach(event -> seen.add(event.getClass()));
            Command command = new RandomValues(seed).of(Command.class);
            seen.add(command.getClass());
            if (command instanceof Command.Produce produce) {
                produce.outputs().forEach(output -> seen.add(output.getClass()));
            }
        }
        for (Class<?> family : List.of(Event.class, Command.class, Output.class)) {
            assertTrue(seen.containsAll(Set.of(family.getPermittedSubclasses())), family::getSimpleName);
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void an_unknown_version_is_refused(Form<?> form) {
        byte[] bytes = form.randomBytes(SEED);
        int newest = form.equals(Form.STATE) ? StateCodec.VERSION : 1;
        for (int version : new int[] {0, newest + 1, newest + 2, 127, 128, 255}) {
            bytes[0] = (byte) version;
            MalformedBytesException refused = assertThrows(
                    MalformedBytesException.class, () -> form.decode().apply(bytes));
            assertTrue(refused.getMessage().contains("version " + version), refused::getMessage);
        }
    }

    @ParameterizedTest
    @MethodSource("forms")
    void nothing_may_be_missing_and_nothing_left_over(Form<?> form) {
        byte[] bytes = form.randomBytes(SEED + 7);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThrows(MalformedBytesException.class, () -> form.decode().apply(cut), "cut at " + length);
        }
        byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
        assertThrows(MalformedBytesException.class, () -> form.decode().apply(longer));
    }

    @Test
    void a_bundle_travels_inside_a_buffer() {
        BundleCodec codec = new BundleCodec();
        for (long seed = SEED; seed < SEED + 100; seed++) {
            Bundle bundle = new RandomValues(seed).of(Bundle.class);
            Buffer buffer = Buffer.buffer("before");
            codec.encodeToWire(buffer, bundle);
            buffer.appendString("behind");
            Bundle read = codec.decodeFromWire("before".length(), buffer);
            assertArrayEquals(BundleCodec.encode(bundle), BundleCodec.encode(read));
        }
    }

    @Test
    void a_bundle_that_claims_more_than_its_buffer_holds_is_refused() {
        BundleCodec codec = new BundleCodec();
        for (int length : new int[] {-1, 5, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            Buffer buffer = Buffer.buffer().appendInt(length).appendString("four");
            assertThrows(MalformedBytesException.class, () -> codec.decodeFromWire(0, buffer));
        }
        assertThrows(MalformedBytesException.class, () -> codec.decodeFromWire(0, Buffer.buffer("abc")));
    }
}
