package dev.sessionmesh.core.presence;

import dev.sessionmesh.core.presence.PresenceMessage.News;
import dev.sessionmesh.core.presence.PresenceMessage.Report;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what is to be told to each node, so that it leaves together. */
final class Mail {
    /** What a message carries at most, in attendees and sessions, unless one session alone has more. */
    private static final int FULL = 512;

    private final String self;
    private final PresenceOut out;
    private final Map<String, List<Report>> reports = new LinkedHashMap<>();
    private final Map<String, Integer> weights = new LinkedHashMap<>();

    Mail(String self, PresenceOut out) {
        this.self = self;
        this.out = out;
    }

    /** Something is sent to this node in any case. */
    void answer(String node) {
        reports.computeIfAbsent(node, n -> new ArrayList<>());
    }

    void report(String node, Report report) {
        RosterChange change = report.change();
        int weight = 1
                + change.here().size()
                + change.gone().size()
                + change.departed().map(List::size).orElse(0);
        if (weights.merge(node, weight, Integer::sum) > FULL) {
            send(node);
            weights.put(node, weight);
        }
        reports.computeIfAbsent(node, n -> new ArrayList<>()).add(report);
    }

    void sendAll() {
        List.copyOf(reports.keySet()).forEach(this::send);
    }

    private void send(String node) {
        List<Report> collected = reports.remove(node);
        weights.remove(node);
        if (collected != null) {
            out.send(node, new News(self, List.copyOf(collected)));
        }
    }
}
