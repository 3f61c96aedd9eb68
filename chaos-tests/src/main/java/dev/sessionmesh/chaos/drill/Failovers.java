package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * The fail-overs of a run, session by session, computed from its history. A turn that ended before anybody had to take it over went
 * through none. Measured is what follows a kill, and whatever happens while somebody else is observed; where a majority died nothing is, and
 * of freezes and cuts {@link Silences} tells.
 */
final class Failovers {

    private static final double DETECTED_MS = 1_000;
    private static final double OWNED_MS = 1_250;
    /** A tab of the killed node comes back within 2 s, and the oldest member may be the one that died. */
    private static final double BACK_MS = 2_500;
    /** Where nobody knows whether the node died or fell silent, the failure detection comes on top. */
    private static final double HEARTBEATS_MS = 5_000;

    /** How the names of times end that count from what was heard last. */
    static final String LAST_SIGN = ", from the last sign of life";

    private static final class Session {
        final String name;
        final Set<String> tabs = new HashSet<>();
        String turn = "";
        String runner = "";
        long heardNs;
        long heardSeq;
        Optional<Pending> pending = Optional.empty();
        /** Its turn is not measured, whatever becomes of it. */
        boolean excused;

        Session(String name) {
            this.name = name;
        }
    }

    private static final class Pending {
        final boolean known;
        final long fromNs;
        final Set<String> waiting;
        long detectedNs = -1;
        long ownedNs = -1;
        long ownedSeq = Long.MAX_VALUE;

        Pending(boolean known, long fromNs, Set<String> tabs) {
            this.known = known;
            this.fromNs = fromNs;
            this.waiting = new HashSet<>(tabs);
        }

        private OptionalDouble ms(long ns) {
            return ns < 0 ? OptionalDouble.empty() : OptionalDouble.of(Probe.ms(ns - fromNs));
        }

        Failover seen(String session, long backNs) {
            return new Failover(session, known, fromNs, ms(detectedNs), ms(ownedNs), ms(backNs));
        }
    }

    private final Map<String, Session> sessions = new HashMap<>();
    private final List<Failover> found = new ArrayList<>();
    private boolean observing;

    private Failovers() {}

    /** In the order in which sessions were back; those that never were are at the end. */
    static List<Failover> of(List<Entry> entries) {
        Failovers failovers = new Failovers();
        entries.forEach(failovers::add);
        failovers.sessions.values().forEach(session -> session.pending
                .filter(pending -> pending.ownedNs >= 0)
                .ifPresent(pending -> failovers.found.add(pending.seen(session.name, -1))));
        return List.copyOf(failovers.found);
    }

    static List<Measure> measures(List<Failover> failovers) {
        List<Failover> known = failovers.stream().filter(Failover::known).toList();
        List<Failover> others = failovers.stream().filter(f -> !f.known()).toList();
        return List.of(
                measure("detection: kill to recovering", known, Failover::detectedMs)
                        .p99AtMost(DETECTED_MS),
                measure("ownership: kill to another runner", known, Failover::ownedMs)
                        .p99AtMost(OWNED_MS),
                measure("RTO of a session: kill to its slowest tab", known, Failover::backMs)
                        .p99AtMost(BACK_MS),
                measure("detection" + LAST_SIGN, others, Failover::detectedMs).p99AtMost(HEARTBEATS_MS + DETECTED_MS),
                measure("ownership" + LAST_SIGN, others, Failover::ownedMs).p99AtMost(HEARTBEATS_MS + OWNED_MS),
                measure("RTO of a session" + LAST_SIGN, others, Failover::backMs)
                        .p99AtMost(HEARTBEATS_MS + BACK_MS));
    }

    private static Measure measure(String name, List<Failover> failovers, Function<Failover, OptionalDouble> time) {
        Histogram micros = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
        failovers.stream()
                .map(time)
                .filter(OptionalDouble::isPresent)
                .forEach(ms -> micros.recordValue(
                        Math.min(Math.round(ms.getAsDouble() * 1000), micros.getHighestTrackableValue())));
        return Measure.of(name, micros);
    }

    private void add(Entry entry) {
        long ns = entry.at().ns();
        switch (entry) {
            case Entry.Nemesis e -> done(e, ns);
            case Entry.Following e -> {
                if (!e.process().contains(Workload.READ_AT)) {
                    Session session = session(e.session());
                    session.tabs.add(e.process());
                    session.pending
                            .filter(p -> e.snapshotSeq() > p.ownedSeq)
                            .ifPresent(p -> heard(session, p, e.process(), ns));
                }
            }
            case Entry.Recovering e -> {
                Session session = session(e.session());
                if (session.turn.equals(e.turn())) {
                    pending(session).filter(p -> p.detectedNs < 0).ifPresent(p -> p.detectedNs = ns);
                }
            }
            case Entry.Received e -> {
                if (!e.process().contains(Workload.READ_AT)) {
                    received(session(e.session()), e.process(), e.seen(), ns);
                }
            }
            case Entry.Closed e -> {
                Session session = session(e.session());
                session.tabs.remove(e.process());
                session.pending.ifPresent(pending -> heard(session, pending, e.process(), ns));
            }
            case Entry.Invoke _,
                    Entry.Ok _,
                    Entry.Fail _,
                    Entry.Info _,
                    Entry.Opened _,
                    Entry.Lost _,
                    Entry.Violation _,
                    Entry.Ended _,
                    Entry.Vitals _ -> {}
        }
    }

    private Session session(String name) {
        return sessions.computeIfAbsent(name, Session::new);
    }

    private void done(Entry.Nemesis act, long ns) {
        switch (act.act()) {
            case Timings.KILL, Timings.KILL_OLDEST ->
                sessions.values().stream()
                        // A turn whose runner nobody was told yet may have been its.
                        .filter(session -> session.runner.isEmpty() || session.runner.equals(act.node()))
                        .forEach(session -> fault(session, ns));
            case Timings.COMMAND -> sessions.values().forEach(session -> fault(session, ns));
            case Timings.KILL_MAJORITY ->
                sessions.values().forEach(session -> {
                    session.excused = true;
                    session.pending = Optional.empty();
                });
            case Timings.OBSERVE -> observing = true;
            case Timings.GOES_ON -> {
                observing = false;
                // Whose runner the command did not kill was not waiting.
                sessions.values().forEach(session -> session.pending = session.pending.filter(p -> p.ownedNs >= 0));
            }
            default -> {}
        }
    }

    private static void fault(Session session, long ns) {
        if (!session.turn.isEmpty() && session.pending.isEmpty() && !session.excused) {
            session.pending = Optional.of(new Pending(true, ns, session.tabs));
        }
    }

    /** What is measured of this session; while somebody else does things it counts from the last that was heard of it. */
    private Optional<Pending> pending(Session session) {
        if (session.pending.isEmpty() && !session.excused && observing) {
            session.pending = Optional.of(new Pending(false, session.heardNs, session.tabs));
        }
        return session.pending;
    }

    private void received(Session session, String process, Seen seen, long ns) {
        if (seen.seq() > session.heardSeq) {
            if (seen.type().equals("agent_status")) {
                status(session, seen, ns);
            } else if (seen.type().equals("turn") && session.turn.isEmpty()) {
                session.turn = seen.field("turn");
            }
            session.heardSeq = seen.seq();
            session.heardNs = ns;
        }
        session.pending.filter(p -> seen.seq() > p.ownedSeq).ifPresent(p -> heard(session, p, process, ns));
    }

    private void status(Session session, Seen seen, long ns) {
        String turn = seen.field("turn");
        if (Timings.ENDS.contains(seen.field("status"))) {
            if (session.turn.equals(turn)) {
                session.turn = "";
                session.runner = "";
                session.excused = false;
                session.pending = session.pending.filter(p -> p.ownedNs >= 0);
            }
            return;
        }
        if (session.turn.equals(turn) && seen.more().getBoolean("takeover", false)) {
            pending(session).filter(p -> p.ownedNs < 0).ifPresent(p -> {
                p.ownedNs = ns;
                p.ownedSeq = seen.seq();
            });
        }
        session.turn = turn;
        session.runner = seen.field("runner").isEmpty() ? session.runner : seen.field("runner");
    }

    private void heard(Session session, Pending pending, String process, long ns) {
        if (pending.waiting.remove(process) && pending.waiting.isEmpty() && pending.ownedNs >= 0) {
            found.add(pending.seen(session.name, ns));
            session.pending = Optional.empty();
        }
    }
}
