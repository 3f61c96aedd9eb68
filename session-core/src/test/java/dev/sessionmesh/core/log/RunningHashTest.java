package dev.sessionmesh.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunningHashTest {
    private final Random random = new Random(11);

    @Test
    void it_depends_on_nothing_but_the_bytes() {
        byte[] bytes = bytes(100);
        assertEquals(RunningHash.extend(5, bytes), RunningHash.extend(5, bytes.clone()));
        assertEquals(
                -1_269_392_927_092_971_520L, RunningHash.extend(1, "a session".getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void any_changed_bit_changes_it() {
        for (int length : new int[] {1, 7, 8, 9, 16, 61}) {
            byte[] bytes = bytes(length);
            long hash = RunningHash.extend(42, bytes);
            for (int bit = 0; bit < length * 8; bit++) {
                byte[] changed = bytes.clone();
                changed[bit / 8] ^= (byte) (1 << bit % 8);
                assertNotEquals(hash, RunningHash.extend(42, changed), "bit " + bit + " of " + length + " bytes");
            }
        }
    }

    @Test
    void more_or_less_of_the_same_changes_it() {
        byte[] zeros = new byte[64];
        Set<Long> hashes = new HashSet<>();
        for (int length = 0; length <= 64; length++) {
            assertTrue(hashes.add(RunningHash.extend(9, Arrays.copyOf(zeros, length))), "of length " + length);
        }
    }

    @Test
    void the_order_and_the_cuts_of_batches_count() {
        byte[] a = bytes(24);
        byte[] b = bytes(24);
        byte[] joined = Arrays.copyOf(a, 48);
        System.arraycopy(b, 0, joined, 24, 24);
        long ab = RunningHash.extend(RunningHash.extend(1, a), b);
        assertNotEquals(ab, RunningHash.extend(RunningHash.extend(1, b), a));
        assertNotEquals(ab, RunningHash.extend(1, joined));
    }

    @Test
    void what_came_before_is_never_forgotten() {
        byte[] tail = bytes(40);
        Set<Long> hashes = new HashSet<>();
        for (int i = 0; i < 100_000; i++) {
            assertTrue(hashes.add(RunningHash.extend(random.nextLong(), tail)));
        }
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
