package dev.sessionmesh.cluster;

import java.time.Duration;

/** The checks that settings share, with messages that name the setting. */
final class Bounds {
    static final int PORT_MAX = 65_535;
    static final int NAME_MAX = 63;

    private Bounds() {}

    static void within(String setting, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(setting + " must be " + min + " to " + max + ", not " + value);
        }
    }

    static void within(String setting, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    setting + " must be " + min.toMillis() + " to " + max.toMillis() + " ms, not " + value.toMillis());
        }
    }

    static void text(String setting, String value, int max) {
        if (value.isBlank() || value.length() > max) {
            throw new IllegalArgumentException(setting + " must be 1 to " + max + " characters, not '" + value + "'");
        }
    }

    /** Names go into addresses, files, metrics and logs. */
    static void name(String setting, String value) {
        text(setting, value, NAME_MAX);
        if (!value.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new IllegalArgumentException(
                    setting + " must be letters, digits, '.', '_' and '-', not '" + value + "'");
        }
    }
}
