package dev.sessionmesh.telemetry.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;

/** How much is logged of what, changed while the node runs, until it is started anew. */
public final class LogLevels {
    private static final List<Level> KNOWN =
            List.of(Level.OFF, Level.ERROR, Level.WARN, Level.INFO, Level.DEBUG, Level.TRACE);
    private static final String NAME = "[A-Za-z_$][A-Za-z0-9_$]{0,63}(\\.[A-Za-z_$][A-Za-z0-9_$]{0,63}){0,15}";
    /** Each name that somebody asks for is remembered for good. */
    private static final int MOST = 1_000;

    /** What they say below these levels quotes requests and answers, and tokens, keys and words of people with them. */
    static final Map<String, Level> QUOTING = Map.of(
            "io.netty.handler",
            Level.INFO,
            "io.vertx.core.http",
            Level.INFO,
            "io.vertx.ext.web",
            Level.INFO,
            "io.vertx.ext.auth",
            Level.INFO,
            "io.opentelemetry",
            Level.WARN,
            "io.modelcontextprotocol",
            Level.ERROR,
            "com.networknt",
            Level.ERROR);

    private LogLevels() {}

    /** The loggers that have a level of their own, and {@code ROOT}. */
    public static Map<String, String> all() {
        Map<String, String> levels = new TreeMap<>();
        for (Logger logger : context().getLoggerList()) {
            Level level = logger.getLevel();
            if (level != null) {
                levels.put(logger.getName(), level.toString().toLowerCase(java.util.Locale.ROOT));
            }
        }
        return levels;
    }

    /**
     * Changes the level of a logger and of those below it that have none of their own.
     *
     * @param level absent: that of the one above it
     * @throws IllegalArgumentException when that can't be
     */
    public static void set(String name, Optional<String> level) {
        boolean root = name.equals(org.slf4j.Logger.ROOT_LOGGER_NAME);
        if (!root && !name.matches(NAME)) {
            throw new IllegalArgumentException("the name of a logger is that of a package or class, or ROOT");
        }
        Optional<Level> wanted = level.map(LogLevels::known);
        QUOTING.forEach((quoting, least) -> {
            boolean within = name.equals(quoting) || name.startsWith(quoting + ".");
            if (within
                    && (wanted.isEmpty() ? name.equals(quoting) : wanted.get().toInt() < least.toInt())) {
                throw new IllegalArgumentException(
                        "below " + least + " " + quoting + " quotes requests, and tokens with them");
            }
        });
        if (wanted.isEmpty() && root) {
            throw new IllegalArgumentException("ROOT has a level");
        }
        LoggerContext context = context();
        if (context.exists(name) == null && context.getLoggerList().size() >= MOST) {
            throw new IllegalArgumentException("there are " + MOST + " loggers already");
        }
        context.getLogger(name).setLevel(wanted.orElse(null));
    }

    private static Level known(String text) {
        return KNOWN.stream()
                .filter(level -> level.toString().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("a level is one of off, error, warn, info, debug, trace"));
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
