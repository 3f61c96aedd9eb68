package dev.sessionmesh.chaos.drill;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The fail-overs of one session in a row of a report.
 *
 * @param longestMs until its slowest tab was served again, at the worst
 * @param notBack how often a tab of it never was
 */
record SessionRto(String session, int times, double longestMs, long notBack) {

    /** Sessions that lost a runner, the slowest first. */
    static List<SessionRto> of(List<Failover> failovers) {
        Map<String, List<Failover>> bySession = new TreeMap<>();
        failovers.forEach(failover -> bySession
                .computeIfAbsent(failover.session(), s -> new ArrayList<>())
                .add(failover));
        List<SessionRto> rows = new ArrayList<>();
        bySession.forEach((session, its) -> rows.add(new SessionRto(
                session,
                its.size(),
                its.stream().mapToDouble(f -> f.backMs().orElse(0)).max().orElse(0),
                its.stream().filter(f -> f.backMs().isEmpty()).count())));
        rows.sort(Comparator.comparingDouble(SessionRto::longestMs).reversed());
        return List.copyOf(rows);
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "RTO of %-39s %7d  longest %8.1f ms%s",
                session,
                times,
                longestMs,
                notBack == 0 ? "" : "  not back " + notBack);
    }
}
