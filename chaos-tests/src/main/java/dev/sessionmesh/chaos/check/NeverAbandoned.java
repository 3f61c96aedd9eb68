package dev.sessionmesh.chaos.check;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A turn that waits for nobody makes progress that somebody sees, within a bound: the failure detection, a lease that runs out, and
 * room for a slow machine. While a majority is dead, or none can talk to each other, nobody can take a turn over.
 */
final class NeverAbandoned implements Checker {

    /** 5 s detection, 6 s lease, and as much again. */
    static final Duration BOUND = Duration.ofSeconds(22);

    /** The act is noted before it is done, and what the dead had sent still arrives. */
    private static final Duration ON_ITS_WAY = Duration.ofSeconds(5);

    private static final Set<String> WAITING = Set.of("awaiting_approval", "awaiting_tool", "awaiting_input");

    @Override
    public String promise() {
        return "no turn is without a runner for more than " + BOUND.toSeconds() + " s";
    }

    private static final class Session {
        final Set<String> open = new HashSet<>();
        final Set<String> waiting = new HashSet<>();
        long seq;
        long sinceNs;

        boolean expectsProgress() {
            return open.size() > waiting.size();
        }
    }

    @Override
    public List<String> problems(Evidence evidence) {
        List<String> problems = new ArrayList<>();
        Map<String, Session> sessions = new HashMap<>();
        long excusedNs = Long.MIN_VALUE;
        for (Entry entry : evidence.history().entries()) {
            if (entry instanceof Entry.Nemesis e) {
                excusedNs = switch (e.act()) {
                    case "kill of a majority" -> e.at().ns() + ON_ITS_WAY.toNanos();
                    case "cut without a majority" -> Long.MAX_VALUE;
                    case "heal" -> Math.min(excusedNs, e.at().ns() + ON_ITS_WAY.toNanos());
                    default -> excusedNs;
                };
            } else if (entry instanceof Entry.Received e) {
                Session session = sessions.computeIfAbsent(e.session(), s -> new Session());
                if (e.seen().seq() > session.seq) {
                    long quietNs = e.at().ns() - session.sinceNs;
                    boolean excused = session.sinceNs <= excusedNs;
                    if (session.expectsProgress() && quietNs > BOUND.toNanos() && !excused) {
                        problems.add(e.session() + " stood still for "
                                + Duration.ofNanos(quietNs).toMillis() + " ms before seq "
                                + e.seen().seq() + ", with " + session.open + " open");
                    }
                    session.seq = e.seen().seq();
                    session.sinceNs = e.at().ns();
                    follow(session, e.seen());
                }
            }
        }
        return problems;
    }

    private static void follow(Session session, Seen seen) {
        String turn = seen.field("turn");
        switch (seen.type()) {
            case "turn" -> session.open.add(turn);
            case "agent_status" -> {
                String status = seen.field("status");
                session.waiting.remove(turn);
                if (TurnsEnd.TERMINAL.contains(status)) {
                    session.open.remove(turn);
                } else {
                    session.open.add(turn);
                    if (WAITING.contains(status)) {
                        session.waiting.add(turn);
                    }
                }
            }
            default -> {}
        }
    }
}
