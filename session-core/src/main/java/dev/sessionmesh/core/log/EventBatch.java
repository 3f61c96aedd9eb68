package dev.sessionmesh.core.log;

import dev.sessionmesh.core.session.Event;
import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive events that were appended together.
 *
 * @param from seq of the first one
 * @param at when they were accepted, in epoch milliseconds
 */
public record EventBatch(long from, long at, List<Event> events) {
    public EventBatch {
        events = List.copyOf(events);
    }

    /** Seq of the last event; {@code from - 1} when there is none. */
    public long to() {
        long span = 0;
        for (Event event : events) {
            span += event.span();
        }
        return from + span - 1;
    }

    /** The last seq in it whose event is folded; 0 when none is. */
    public long foldedTo() {
        long folded = 0;
        long last = from - 1;
        for (Event event : events) {
            last += event.span();
            folded = isFolded(event) ? last : folded;
        }
        return folded;
    }

    /** The part of it up to {@code seq}; a token run is cut where needed, but for a folded one, which is whole. */
    public EventBatch until(long seq) {
        List<Event> kept = new ArrayList<>();
        long first = from;
        for (Event event : events) {
            long last = first + event.span() - 1;
            if (last <= seq || (first <= seq && isFolded(event))) {
                kept.add(event);
            } else if (first <= seq && event instanceof Event.Tokens tokens) {
                kept.add(tokens.cut(0, (int) (seq - first + 1)));
            }
            first = last + 1;
        }
        return new EventBatch(from, at, kept);
    }

    /** The part of it behind {@code seq}; a token run is cut where needed, but for a folded one, which is whole, so that it begins before. */
    public EventBatch after(long seq) {
        if (seq < from) {
            return this;
        }
        List<Event> rest = new ArrayList<>();
        long begin = seq + 1;
        long first = from;
        for (Event event : events) {
            long last = first + event.span() - 1;
            if (last > seq) {
                boolean whole = first > seq || isFolded(event);
                rest.add(whole ? event : tail(event, (int) (seq - first + 1)));
                begin = whole ? Math.min(begin, first) : begin;
            }
            first = last + 1;
        }
        return new EventBatch(begin, at, rest);
    }

    private static boolean isFolded(Event event) {
        return event instanceof Event.Tokens tokens && tokens.run().isFolded();
    }

    private static Event tail(Event event, int skip) {
        Event.Tokens tokens = (Event.Tokens) event;
        return tokens.cut(skip, tokens.run().pieces());
    }
}
