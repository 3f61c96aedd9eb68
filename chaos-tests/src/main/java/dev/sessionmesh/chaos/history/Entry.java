package dev.sessionmesh.chaos.history;

import io.vertx.core.json.JsonObject;

/** One line of a history. {@code process} is the client that saw it; operations are numbered within the run. */
public sealed interface Entry {

    Stamp at();

    /** A client is about to send a command, given as its wire fields without session and id. */
    record Invoke(Stamp at, String process, long op, String session, JsonObject command) implements Entry {}

    /** It was acknowledged: its first event has {@code seq}. */
    record Ok(Stamp at, String process, long op, String id, long seq, boolean duplicate, boolean degraded)
            implements Entry {}

    /** It was refused for good and took no effect. */
    record Fail(Stamp at, String process, long op, String code) implements Entry {}

    /** Nobody knows whether it took effect. */
    record Info(Stamp at, String process, long op, String code) implements Entry {}

    /** A tab was opened, to see everything after {@code after}. */
    record Opened(Stamp at, String process, String session, long after) implements Entry {}

    /** The tab follows through {@code node}; {@code snapshotSeq} is -1 when it resumed without a snapshot. */
    record Following(Stamp at, String process, String session, String node, long snapshotSeq, long head)
            implements Entry {}

    record Received(Stamp at, String process, String session, Seen seen) implements Entry {}

    /** It was told that the runner of {@code turn} is lost and another will take over. */
    record Recovering(Stamp at, String process, String session, String turn) implements Entry {}

    record Lost(Stamp at, String process, String session, String why) implements Entry {}

    /** The client noticed that the server broke the protocol. */
    record Violation(Stamp at, String process, String session, String what) implements Entry {}

    /** The tab ended although nobody closed it. */
    record Ended(Stamp at, String process, String session, String why) implements Entry {}

    /** The tab was closed by its owner: from here on nothing is expected of it. */
    record Closed(Stamp at, String process, String session) implements Entry {}

    /** Something was done to a node. */
    record Nemesis(Stamp at, String act, String node) implements Entry {}

    /**
     * What a node says of itself when the load is at rest and all tabs are closed.
     *
     * @param figures by name: {@link #HEAP}, and gauges of what should be over
     */
    record Vitals(Stamp at, String node, JsonObject figures) implements Entry {
        /** The share of the heap that is in use after a collection. */
        public static final String HEAP = "heap";

        /** What stands for a figure that the node did not tell. */
        public static final double SILENT = -1;
    }
}
