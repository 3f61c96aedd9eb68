package dev.sessionmesh.core.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A hash over everything a log ever held, extended by each batch. Two copies with the same head and the same hash hold the same
 * events; a difference is noticed at the next append instead of at the next failover. It guards against bugs, not attackers.
 */
public final class RunningHash {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long PRIME = 0x9E3779B97F4A7C15L;

    private RunningHash() {}

    public static long extend(long hash, byte[] bytes) {
        long h = mix(hash ^ bytes.length);
        int i = 0;
        for (; i + 8 <= bytes.length; i += 8) {
            h = mix(h ^ (long) LONGS.get(bytes, i));
        }
        for (; i < bytes.length; i++) {
            h = mix(h ^ (bytes[i] & 0xff));
        }
        return h;
    }

    private static long mix(long h) {
        long x = h * PRIME;
        return x ^ (x >>> 32);
    }
}
