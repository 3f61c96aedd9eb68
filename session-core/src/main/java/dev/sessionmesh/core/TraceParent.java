package dev.sessionmesh.core;

import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code traceparent} that somebody outside sent (W3C Trace Context). The mesh itself only carries the text: its one form is
 * 55 characters long, so that whatever carries it is bounded.
 */
public final class TraceParent {
    /** {@code 00-<32 digits of the trace>-<16 of the span>-<2 of flags>}. */
    public static final int LENGTH = 55;

    private static final int TRACE = 3;
    private static final int SPAN = 36;
    private static final int FLAGS = 53;

    private TraceParent() {}

    /** The text in the mesh's form, or empty for what is none: who sends a wrong one is served all the same. */
    public static String orNone(@Nullable String given) {
        if (given == null || given.length() < LENGTH) {
            return "";
        }
        String version = given.substring(0, 2);
        boolean ours = version.equals("00");
        // A version of later may have more behind what every version begins with.
        boolean ends = given.length() == LENGTH || !ours && given.charAt(LENGTH) == '-';
        boolean form = isHex(given, 0, 2)
                && given.charAt(2) == '-'
                && isHex(given, TRACE, SPAN - 1)
                && given.charAt(SPAN - 1) == '-'
                && isHex(given, SPAN, FLAGS - 1)
                && given.charAt(FLAGS - 1) == '-'
                && isHex(given, FLAGS, LENGTH);
        boolean named = !isZero(given, TRACE, SPAN - 1) && !isZero(given, SPAN, FLAGS - 1);
        return ends && form && named && !version.equals("ff") ? "00" + given.substring(2, LENGTH) : "";
    }

    private static boolean isHex(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) != '0') {
                return false;
            }
        }
        return true;
    }
}
