package dev.sessionmesh.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TraceParentTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String GOOD = "00-" + TRACE + "-" + SPAN + "-01";

    static Stream<String> wrong() {
        return Stream.of(
                "",
                "x",
                GOOD.substring(0, 54),
                GOOD + "-",
                GOOD + "-more",
                GOOD.toUpperCase(java.util.Locale.ROOT),
                GOOD.replace('-', '_'),
                "ff-" + TRACE + "-" + SPAN + "-01",
                "0g-" + TRACE + "-" + SPAN + "-01",
                "cc-" + TRACE + "-" + SPAN + "-01.more",
                "00-" + "0".repeat(32) + "-" + SPAN + "-01",
                "00-" + TRACE + "-" + "0".repeat(16) + "-01",
                "00-" + TRACE.substring(1) + "g-" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN.substring(1) + "g-01",
                "00-" + TRACE + "-" + SPAN + "-0x",
                " " + GOOD.substring(1),
                "x".repeat(100_000));
    }

    @Test
    void what_is_well_formed_is_kept() {
        assertEquals(GOOD, TraceParent.orNone(GOOD));
        String unsampled = "00-" + TRACE + "-" + SPAN + "-00";
        assertEquals(unsampled, TraceParent.orNone(unsampled));
        assertEquals(TraceParent.LENGTH, GOOD.length());
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void what_is_none_counts_as_left_out(String given) {
        assertEquals("", TraceParent.orNone(given));
    }

    @Test
    void nothing_is_none() {
        assertEquals("", TraceParent.orNone(null));
    }

    @Test
    void of_a_later_version_what_every_version_has_is_understood() {
        assertEquals(GOOD, TraceParent.orNone("cc-" + TRACE + "-" + SPAN + "-01"));
        assertEquals(GOOD, TraceParent.orNone("cc-" + TRACE + "-" + SPAN + "-01-what-the-future-brings"));
    }
}
