package dev.sessionmesh.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever bytes come, reading them ends in a value or in {@link MalformedBytesException}, and takes no more memory than bytes of
 * that number can stand for.
 */
class BinaryFormsFuzz {
    private static final long SEED = Long.getLong("sessionmesh.seed", 20_260_101);
    private static final int ROUNDS = 30_000;
    /** An empty text is one byte here and an object there. */
    private static final int BYTES_PER_BYTE = 256;

    private static final int BYTES_AT_LEAST = 65_536;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void mutated_bytes_are_read_or_refused() {
        for (Form<?> form : Form.ALL) {
            Random random = new Random(SEED);
            byte[][] seeds = new byte[200][];
            Arrays.setAll(seeds, i -> form.again(form.randomBytes(SEED + i)));
            int read = 0;
            for (int round = 0; round < ROUNDS; round++) {
                byte[] bytes = mutated(seeds[random.nextInt(seeds.length)], random);
                read += isRead(form, bytes) ? 1 : 0;
            }
            System.out.printf("fuzz: %s, seed %d, %d of %d mutants were still readable%n", form, SEED, read, ROUNDS);
            assertTrue(read > ROUNDS / 100 && read < ROUNDS, "the mutation of " + form + " misses the point");
        }
    }

    @Test
    void lengths_are_not_believed() {
        byte[] huge = {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
        for (Form<?> form : Form.ALL) {
            for (long seed = SEED; seed < SEED + 50; seed++) {
                byte[] bytes = form.randomBytes(seed);
                for (int at = 1; at + huge.length < bytes.length; at++) {
                    byte[] claiming = bytes.clone();
                    System.arraycopy(huge, 0, claiming, at, huge.length);
                    isRead(form, claiming);
                }
            }
        }
    }

    @FuzzTest(maxDuration = "60s")
    void any_bytes_are_read_or_refused(byte[] bytes) {
        Form.ALL.forEach(form -> reads(form, bytes));
    }

    private static boolean isRead(Form<?> form, byte[] bytes) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        boolean read = reads(form, bytes);
        long taken = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(
                taken <= BYTES_AT_LEAST + (long) BYTES_PER_BYTE * bytes.length,
                () -> form + " took " + taken + " bytes for " + bytes.length);
        return read;
    }

    private static boolean reads(Form<?> form, byte[] bytes) {
        try {
            byte[] once = form.again(bytes);
            assertArrayEquals(once, form.again(once), "what was read is written in one form only");
            return true;
        } catch (MalformedBytesException refused) {
            return false;
        }
    }

    private static byte[] mutated(byte[] seed, Random random) {
        byte[] bytes = seed.clone();
        for (int edits = 1 + random.nextInt(3); edits > 0 && bytes.length > 2; edits--) {
            int at = 1 + random.nextInt(bytes.length - 1);
            switch (random.nextInt(6)) {
                case 0 -> bytes[at] = (byte) random.nextInt(256);
                case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> bytes[at] += (byte) (random.nextBoolean() ? 1 : -1);
                case 3 -> bytes = Arrays.copyOf(bytes, at);
                case 4 -> System.arraycopy(bytes, at, bytes, 1, Math.min(8, bytes.length - at));
                default -> bytes = inserted(bytes, at, random);
            }
        }
        return bytes;
    }

    private static byte[] inserted(byte[] bytes, int at, Random random) {
        int more = 1 + random.nextInt(9);
        byte[] longer = Arrays.copyOf(bytes, bytes.length + more);
        System.arraycopy(bytes, at, longer, at + more, bytes.length - at);
        for (int i = 0; i < more; i++) {
            longer[at + i] = (byte) random.nextInt(256);
        }
        return longer;
    }
}
