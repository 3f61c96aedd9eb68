package dev.sessionmesh.server.cli;

import java.util.Locale;

/** How log events look on standard error; each has a {@code logback-<name>.xml}. */
public enum LogFormat {
    TEXT(" "),
    JSON("");

    /** The properties that {@code logback.xml} reads, once, at the first log event. */
    static final String PROPERTY = "sessionmesh.log.format";

    private static final String NODE = "sessionmesh.log.node";

    private final String behindNode;

    LogFormat(String behindNode) {
        this.behindNode = behindNode;
    }

    /** @param node whose lines they are */
    void apply(String node) {
        System.setProperty(PROPERTY, name().toLowerCase(Locale.ROOT));
        System.setProperty(NODE, node + behindNode);
    }
}
