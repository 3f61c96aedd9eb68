package dev.sessionmesh.server.cli;

import java.util.Locale;

/** How log events look on standard error; each has a {@code logback-<name>.xml}. */
public enum LogFormat {
    TEXT,
    JSON;

    /** The property that {@code logback.xml} reads, once, at the first log event. */
    static final String PROPERTY = "sessionmesh.log.format";

    void apply() {
        System.setProperty(PROPERTY, name().toLowerCase(Locale.ROOT));
    }
}
