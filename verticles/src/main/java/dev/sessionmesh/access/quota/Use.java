package dev.sessionmesh.access.quota;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What is counted. The first two are held for a while, and so are sessions; the others are taken for good, so many a second. */
public enum Use {
    /** A connection that asks for something by HTTP; of an address only. */
    SOCKET("connections at once", 0),
    /** A WebSocket or an event stream. */
    CONNECTION("followers at once", 0),
    /** An HTTP request, a handshake included. */
    REQUEST("requests a second", 2),
    /** A frame of a WebSocket, or a command by HTTP. */
    COMMAND("commands a second", 2),
    /** A session to be made. Whole fleets come at once, and then none for long. */
    SESSION("new sessions a second", 10),
    /** A session that there is: of a tenant only, and counted by {@link Usages}. */
    SESSIONS("sessions", 0),
    /** A byte of a frame or of a request's body. */
    BYTE("bytes a second", 2);

    /** In words, behind a number. */
    final String unit;

    /** For how many seconds one may save what one does not use. */
    final int savedSeconds;

    Use(String unit, int savedSeconds) {
        this.unit = unit;
        this.savedSeconds = savedSeconds;
    }

    /** A counter for each. */
    static Map<Use, LongAdder> tally() {
        Map<Use, LongAdder> tally = new EnumMap<>(Use.class);
        for (Use use : values()) {
            tally.put(use, new LongAdder());
        }
        return tally;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
