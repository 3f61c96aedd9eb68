package dev.sessionmesh.core.session;

import dev.sessionmesh.core.ErrorCode;
import java.util.List;
import java.util.Map;

/** What {@link Session#decide} makes of a command. */
public sealed interface Decision {
    /** The events that follow from it, in order; maybe none, when it changes only counters. */
    record Accepted(List<Event> events) implements Decision {
        public Accepted {
            events = List.copyOf(events);
        }
    }

    /**
     * It was executed before.
     *
     * @param from first seq of its events then; 0 when no longer known
     * @param to last seq of them
     */
    record Duplicate(long from, long to) implements Decision {}

    /** @param details further fields for whoever asked, such as who was first */
    record Refused(ErrorCode code, String message, Map<String, String> details) implements Decision {}

    static Decision accept(Event... events) {
        return new Accepted(List.of(events));
    }

    static Decision refuse(ErrorCode code, String message) {
        return new Refused(code, message, Map.of());
    }
}
