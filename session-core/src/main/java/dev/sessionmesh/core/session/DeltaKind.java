package dev.sessionmesh.core.session;

import java.util.Locale;

/** What a streamed piece of a message is. */
public enum DeltaKind {
    TEXT,
    REASONING,
    TOOL_ARGUMENTS,
    DATA;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }
}
