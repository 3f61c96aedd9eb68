package dev.sessionmesh.chaos.lab;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Tests that cut links need root and some tools: where they are missing it is said aloud, and in CI it is a failure. */
public final class Namespaces {

    private Namespaces() {}

    public static void assumeThere() {
        List<String> missing = Network.missing();
        if (missing.isEmpty()) {
            return;
        }
        String why = "*** SKIPPED: links can't be cut here, missing: " + String.join(", ", missing);
        if ("true".equals(System.getenv("CI"))) {
            fail(why);
        }
        System.out.println(why);
        Assumptions.abort(why);
    }
}
