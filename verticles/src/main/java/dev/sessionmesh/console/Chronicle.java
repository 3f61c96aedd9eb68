package dev.sessionmesh.console;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** What befell the cluster's membership, as this node saw it since it started: the latest so many. Safe on any thread. */
public final class Chronicle {
    static final int KEPT = 256;

    /** What can befall it. */
    public enum Kind {
        STARTED,
        JOINED,
        LEFT,
        /** The nodes agreed on who counts. */
        VIEW,
        QUORUM_LOST,
        QUORUM_BACK,
        DRAINING,
        /** A drain was called off. */
        STAYED,
        LEAVING,
        /** This side lost a split, and is about to be merged into the other. */
        MERGING,
        MERGED,
        /** Another side was merged into this one, and what only that one had accepted was put aside. */
        PUT_ASIDE,
        PARTITIONS_LOST,
        PARTITIONS_BACK,
        WARNING
    }

    /**
     * @param node whom it befell
     * @param mark what is the same for everybody who sees the same, such as the incarnation that left; empty for what one node sees only
     */
    private record Entry(long at, Kind kind, String node, String mark, String text) {}

    private final InstantSource clock;
    private final Deque<Entry> entries = new ArrayDeque<>();

    public Chronicle(InstantSource clock) {
        this.clock = clock;
    }

    public synchronized void note(Kind kind, String node, String mark, String text) {
        if (entries.size() == KEPT) {
            entries.removeFirst();
        }
        entries.addLast(new Entry(clock.millis(), kind, node, mark, text));
    }

    synchronized JsonArray toJson() {
        JsonArray rows = new JsonArray();
        entries.forEach(entry -> rows.add(new JsonObject()
                .put("at", Instant.ofEpochMilli(entry.at).toString())
                .put("kind", entry.kind.name().toLowerCase(Locale.ROOT))
                .put("node", entry.node)
                .put("mark", entry.mark)
                .put("text", entry.text)));
        return rows;
    }
}
