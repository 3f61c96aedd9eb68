package dev.sessionmesh.bench.run;

import dev.sessionmesh.bench.driver.BenchTab;
import dev.sessionmesh.bench.driver.Meter;
import dev.sessionmesh.bench.driver.Swarm;
import dev.sessionmesh.bench.lab.Cluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Sessions with the tabs that follow them. Tabs of one session are neighbours in the list. */
final class Crowd {
    private static final Duration ATTACHED_WITHIN = Duration.ofSeconds(60);
    private static final int ATTACHED_AT_ONCE = 500;
    /** More tokens than any benchmark waits for. */
    private static final int ENDLESS = 100_000_000;

    private final Swarm swarm;
    private final int perSession;
    private final List<BenchTab> tabs;

    private Crowd(Swarm swarm, int perSession, List<BenchTab> tabs) {
        this.swarm = swarm;
        this.perSession = perSession;
        this.tabs = List.copyOf(tabs);
    }

    /** How tabs spread over nodes. */
    interface Seating {
        int node(int session, int tab);
    }

    static List<String> names(String prefix, int sessions) {
        return names(prefix, 0, sessions);
    }

    /** @param to the first number that is not among them */
    static List<String> names(String prefix, int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> prefix + i).toList();
    }

    /** Attaches tabs to sessions that exist, from their beginning. */
    static Crowd attach(Swarm swarm, Cluster cluster, List<String> sessions, int perSession, Seating seating) {
        List<BenchTab> tabs = new ArrayList<>();
        for (int session = 0; session < sessions.size(); session++) {
            for (int i = 0; i < perSession; i++) {
                String path = path(sessions.get(session), 0);
                tabs.add(swarm.open("tab " + i, cluster.url(seating.node(session, i)), path));
                if (tabs.size() % ATTACHED_AT_ONCE == 0) {
                    awaitAttached(swarm, tabs);
                }
            }
        }
        awaitAttached(swarm, tabs);
        return new Crowd(swarm, perSession, tabs);
    }

    private static void awaitAttached(Swarm swarm, List<BenchTab> tabs) {
        swarm.await("tabs to attach", ATTACHED_WITHIN, () -> tabs.stream().allMatch(BenchTab::attached));
    }

    static String path(String session, long after) {
        return "/v1/sessions/" + session + "/ws?after=" + after;
    }

    List<BenchTab> tabs() {
        return tabs;
    }

    void readStamps(int tokenBytes) {
        swarm.ask(() -> {
            tabs.forEach(tab -> tab.readStamps(tokenBytes));
            return true;
        });
    }

    /** Lets every session stream without an end, in place of what it streams now. */
    void stream(int intervalMicros, int tokenBytes) {
        say(ENDLESS, intervalMicros, tokenBytes, "interrupt");
    }

    /** Lets every session say a number of tokens. */
    void say(int tokens, int intervalMicros, int tokenBytes, String policy) {
        String input = "{\"type\":\"input\",\"text\":\"bench " + tokens + " " + intervalMicros + " " + tokenBytes
                + "\",\"policy\":\"" + policy + "\"}";
        swarm.ask(() -> {
            for (int i = 0; i < tabs.size(); i += perSession) {
                swarm.send(tabs.get(i), input);
            }
            return true;
        });
    }

    /** All tabs go. */
    void leave() {
        swarm.ask(() -> {
            tabs.forEach(swarm::leave);
            return true;
        });
    }

    /** A reading that may be believed: nothing skipped, nothing refused, nobody lost. */
    static Meter.Reading clean(Meter.Reading reading) {
        if (reading.gaps() > 0 || reading.lost() > 0 || !reading.complaints().isEmpty()) {
            throw new IllegalStateException(
                    reading.gaps() + " gaps, " + reading.lost() + " connections lost, said: " + reading.complaints());
        }
        return reading;
    }
}
