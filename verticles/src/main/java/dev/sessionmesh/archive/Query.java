package dev.sessionmesh.archive;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which sessions are looked for: those that meet all conditions, the most recently changed first.
 *
 * @param from earliest last change, in epoch milliseconds
 * @param until latest last change
 * @param cursor of the page before; empty at the beginning
 * @param limit of the page
 */
public record Query(
        String tenant,
        Optional<String> user,
        Optional<String> state,
        Map<String, String> labels,
        Optional<Boolean> asleep,
        long from,
        long until,
        String cursor,
        int limit) {
    public Query {
        labels = Map.copyOf(labels);
    }

    /** The cursor of what follows a session in the order of the latest changes; every archive takes it. */
    public static String behind(Listed session) {
        return String.format(
                Locale.ROOT, "%016x/%s", session.updatedAt(), session.key().id());
    }
}
