package dev.sessionmesh.chaos.drill;

import java.util.Locale;

/** What a line of a report says about its target. */
enum Verdict {
    PASS,
    FAIL,
    /** Whether the target was met cannot be said, so neither can the run be called passed. */
    UNKNOWN,
    /** The run had no occasion for it. */
    NO_DATA,
    NO_TARGET;

    static Verdict of(boolean met) {
        return met ? PASS : FAIL;
    }

    /** As a report says it. */
    String word() {
        return this == PASS || this == FAIL || this == UNKNOWN ? name() : code().replace('_', ' ');
    }

    /** As machines read it. */
    String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
