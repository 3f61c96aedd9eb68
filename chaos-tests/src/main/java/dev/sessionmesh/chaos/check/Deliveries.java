package dev.sessionmesh.chaos.check;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Where what tabs were told departs from the sequence that they asked for. */
public final class Deliveries {

    /** What is wrong with a delivery. */
    public enum Kind {
        /** Events were passed over, or never came. */
        GAP,
        /** An event came again. */
        DUPLICATE,
        /** An event came after later ones, or the client saw the protocol broken. */
        ORDER,
        /** A tab ended although nobody closed it. */
        ENDED
    }

    /** One such place. */
    public record Flaw(Kind kind, String what) {}

    private record Tab(String process, String session) {}

    private static final class Position {
        long last;
        /** Ranges that were passed over, by their first seq. */
        final NavigableMap<Long, Long> skipped = new TreeMap<>();

        Position(long last) {
            this.last = last;
        }

        /** Whether events of this range were passed over before; from now on they were not. */
        boolean fills(long from, long to) {
            Map.Entry<Long, Long> hole = skipped.floorEntry(to);
            if (hole == null || hole.getValue() < from) {
                return false;
            }
            skipped.remove(hole.getKey());
            if (hole.getKey() < from) {
                skipped.put(hole.getKey(), from - 1);
            }
            if (hole.getValue() > to) {
                skipped.put(to + 1, hole.getValue());
            }
            return true;
        }
    }

    private final Map<Tab, Position> tabs = new LinkedHashMap<>();
    private final List<Flaw> flaws = new ArrayList<>();

    private Deliveries() {}

    /** Every flaw of a run, in the order seen; what never came is at the end. */
    public static List<Flaw> flaws(Evidence evidence) {
        Deliveries deliveries = new Deliveries();
        evidence.history().entries().forEach(deliveries::add);
        deliveries.end(evidence);
        return List.copyOf(deliveries.flaws);
    }

    /** How many there are of each kind. */
    public static Map<Kind, Long> counted(Evidence evidence) {
        Map<Kind, Long> counts = new HashMap<>();
        flaws(evidence).forEach(flaw -> counts.merge(flaw.kind(), 1L, Long::sum));
        return counts;
    }

    private void add(Entry entry) {
        switch (entry) {
            case Entry.Opened e -> tabs.put(new Tab(e.process(), e.session()), new Position(e.after()));
            case Entry.Following e -> {
                if (e.snapshotSeq() >= 0) {
                    tabs.put(new Tab(e.process(), e.session()), new Position(e.snapshotSeq()));
                }
            }
            case Entry.Received e -> received(new Tab(e.process(), e.session()), e.seen());
            case Entry.Closed e -> tabs.remove(new Tab(e.process(), e.session()));
            case Entry.Violation e -> flaw(Kind.ORDER, new Tab(e.process(), e.session()) + ": " + e.what());
            case Entry.Ended e -> flaw(Kind.ENDED, new Tab(e.process(), e.session()) + " ended: " + e.why());
            case Entry.Invoke _,
                    Entry.Ok _,
                    Entry.Fail _,
                    Entry.Info _,
                    Entry.Recovering _,
                    Entry.Lost _,
                    Entry.Nemesis _,
                    Entry.Vitals _ -> {}
        }
    }

    private void received(Tab tab, Seen seen) {
        Position position = tabs.computeIfAbsent(tab, t -> new Position(0));
        long expected = position.last + 1;
        String where = ", expected " + expected + ", got " + seen.from() + " to " + seen.seq();
        if (seen.from() > expected) {
            position.skipped.put(expected, seen.from() - 1);
            flaw(Kind.GAP, tab + ": a gap" + where);
        } else if (seen.from() < expected) {
            boolean late = position.fills(seen.from(), seen.seq());
            flaw(late ? Kind.ORDER : Kind.DUPLICATE, tab + (late ? ": out of order" : ": a duplicate") + where);
        }
        position.last = Math.max(position.last, seen.seq());
    }

    private void end(Evidence evidence) {
        tabs.forEach((tab, position) -> {
            List<Seen> log = evidence.log(tab.session());
            long head = log.isEmpty() ? 0 : log.getLast().seq();
            if (position.last != head) {
                flaw(Kind.GAP, tab + " stopped at " + position.last + " of " + head);
            }
        });
    }

    private void flaw(Kind kind, String what) {
        flaws.add(new Flaw(kind, what));
    }
}
