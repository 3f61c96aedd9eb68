package dev.sessionmesh.cluster;

import java.security.Security;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/** JVM-wide settings that Hazelcast reads once, when its classes load: too late for its configuration. */
public final class JvmFlags {
    private static final String PARALLELISM = "java.util.concurrent.ForkJoinPool.common.parallelism";
    private static final String KEY_WAKEUP = "hazelcast.io.selectionKeyWakeupEnabled";
    private static final String DNS_TTL = "networkaddress.cache.ttl";
    private static final String DNS_NEGATIVE_TTL = "networkaddress.cache.negative.ttl";

    private JvmFlags() {}

    /** The first line of {@code main}. What the command line says wins. */
    public static void apply() {
        // With one or two CPUs the common pool has no workers, and Hazelcast starts a thread per asynchronous
        // operation.
        setUnlessGiven(PARALLELISM, "4");
        // An I/O thread can spin on the connection to a frozen member and starve the heartbeats of healthy ones.
        setUnlessGiven(KEY_WAKEUP, "false");
        // A pod that starts is in the DNS a second later; the default remembers the old answer for half a minute.
        Security.setProperty(DNS_TTL, "5");
        Security.setProperty(DNS_NEGATIVE_TTL, "1");
    }

    /** Which of them are not in force; empty when all are. */
    public static List<String> missing() {
        var missing = new ArrayList<String>();
        if (ForkJoinPool.getCommonPoolParallelism() < 2) {
            missing.add("-D" + PARALLELISM + "=4");
        }
        if (!"false".equals(System.getProperty(KEY_WAKEUP))) {
            missing.add("-D" + KEY_WAKEUP + "=false");
        }
        return missing;
    }

    private static void setUnlessGiven(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
