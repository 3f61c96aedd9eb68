package dev.sessionmesh.chaos.check;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a tab was shown is what the log holds. Token runs may be cut differently on the two sides, so text is compared where both
 * have the same boundary.
 */
final class TabsEqualTheLog implements Checker {

    @Override
    public String promise() {
        return "what a tab was shown is what the log holds, and the log has no holes";
    }

    @Override
    public List<String> problems(Evidence evidence) {
        List<String> problems = new ArrayList<>();
        evidence.logs()
                .forEach((session, log) -> holes(log).ifPresent(p -> problems.add("the log of " + session + ": " + p)));
        Map<String, Map<String, List<Seen>>> shown = new LinkedHashMap<>();
        CutOffTabs cutOff = CutOffTabs.of(evidence);
        evidence.history()
                .all(Entry.Received.class)
                .filter(e -> !cutOff.isApart(e))
                .forEach(e -> shown.computeIfAbsent(e.session(), s -> new HashMap<>())
                        .computeIfAbsent(e.process(), p -> new ArrayList<>())
                        .add(e.seen()));
        shown.forEach((session, tabs) -> tabs.forEach((process, seen) -> difference(seen, evidence.log(session))
                .ifPresent(p -> problems.add(process + " of " + session + ": " + p))));
        return problems;
    }

    private static Optional<String> holes(List<Seen> log) {
        long next = 1;
        for (Seen seen : log) {
            if (seen.from() != next) {
                return Optional.of("expected seq " + next + ", found " + seen.from());
            }
            next = seen.seq() + 1;
        }
        return Optional.empty();
    }

    /** Walks both sides; each holds what it has of the current stretch until the two end at the same seq. */
    static Optional<String> difference(List<Seen> shown, List<Seen> log) {
        int at = 0;
        Stretch tab = new Stretch();
        Stretch truth = new Stretch();
        for (Seen seen : shown) {
            if (seen.from() != tab.end + 1) {
                tab.clear();
                truth.clear();
                truth.end = 0;
                at = firstReaching(log, seen.from());
            }
            tab.add(seen);
            while (at < log.size() && truth.end < tab.end) {
                truth.add(log.get(at++));
            }
            if (truth.end < tab.end) {
                return Optional.of("was shown seq " + tab.end + ", but the log ends at " + truth.end);
            }
            if (truth.end == tab.end) {
                if (!tab.agreesWith(truth)) {
                    return Optional.of("at seq " + tab.end + " it was shown " + tab + ", the log holds " + truth);
                }
                tab.clear();
                truth.clear();
            }
        }
        return Optional.empty();
    }

    private static int firstReaching(List<Seen> log, long seq) {
        int low = 0;
        int high = log.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (log.get(middle).seq() < seq) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static final class Stretch {
        private long start;
        private long end;
        private final List<Seen> others = new ArrayList<>();
        private final Map<String, String> texts = new LinkedHashMap<>();

        void add(Seen seen) {
            if (start == 0) {
                start = seen.from();
            }
            end = seen.seq();
            if (seen.isToken()) {
                texts.merge(seen.message(), seen.text(), String::concat);
            } else {
                others.add(seen);
            }
        }

        /** Starts a new stretch behind the end of this one. */
        void clear() {
            start = 0;
            others.clear();
            texts.clear();
        }

        /** A tab may have started in the middle of a run of the log: then only the run's end can be compared. */
        boolean agreesWith(Stretch truth) {
            if (truth.start == start) {
                return others.equals(truth.others) && texts.equals(truth.texts);
            }
            return others.equals(truth.others)
                    && texts.keySet().equals(truth.texts.keySet())
                    && texts.entrySet().stream()
                            .allMatch(e ->
                                    truth.texts.getOrDefault(e.getKey(), "").endsWith(e.getValue()));
        }

        @Override
        public String toString() {
            return texts + " " + others;
        }
    }
}
