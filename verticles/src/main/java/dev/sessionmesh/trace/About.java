package dev.sessionmesh.trace;

import dev.sessionmesh.core.SessionKey;
import org.slf4j.Logger;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * What a span or a line of the log is about. Lines are begun here rather than on the logger, so that each says the same things under the
 * same names; nothing rests on the thread, which on an event loop belongs to everybody.
 *
 * @param turn empty when it is about the session as a whole
 * @param epoch 0 when it is not about one run of a turn
 * @param place in a trace, as a {@code traceparent}; empty when there is none
 */
public record About(SessionKey key, String turn, int epoch, String place) {
    private static final int TRACE = 3;
    private static final int SPAN = 36;
    private static final int FLAGS = 53;

    public static About of(SessionKey key) {
        return new About(key, "", 0, "");
    }

    /** @param name of a session, {@code tenant/id}, as the store has it */
    public static About named(String name) {
        int slash = name.indexOf('/');
        return of(new SessionKey(name.substring(0, slash), name.substring(slash + 1)));
    }

    public static About of(SessionKey key, String turn) {
        return new About(key, turn, 0, "");
    }

    public static About of(SessionKey key, String turn, int epoch) {
        return new About(key, turn, epoch, "");
    }

    public About at(String newPlace) {
        return new About(key, turn, epoch, newPlace);
    }

    public LoggingEventBuilder debug(Logger log) {
        return on(log, Level.DEBUG);
    }

    public LoggingEventBuilder info(Logger log) {
        return on(log, Level.INFO);
    }

    public LoggingEventBuilder warn(Logger log) {
        return on(log, Level.WARN);
    }

    public LoggingEventBuilder error(Logger log) {
        return on(log, Level.ERROR);
    }

    private LoggingEventBuilder on(Logger log, Level level) {
        LoggingEventBuilder line = log.atLevel(level);
        if (!log.isEnabledForLevel(level)) {
            return line;
        }
        line = line.addKeyValue("tenant", key.tenant()).addKeyValue("session", key.id());
        line = turn.isEmpty() ? line : line.addKeyValue("turn", turn);
        line = epoch == 0 ? line : line.addKeyValue("epoch", epoch);
        return place.isEmpty()
                ? line
                : line.addKeyValue("trace_id", place.substring(TRACE, SPAN - 1))
                        .addKeyValue("span_id", place.substring(SPAN, FLAGS - 1));
    }
}
