package dev.sessionmesh.chaos.check;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every tab saw a contiguous run of its session's log, from where it asked to the end, without a protocol violation. */
final class TabsWithoutGaps implements Checker {

    @Override
    public String promise() {
        return "every tab sees every event once, in order, to the end";
    }

    private record Tab(String process, String session) {}

    @Override
    public List<String> problems(Evidence evidence) {
        List<String> problems = new ArrayList<>();
        Map<Tab, Long> last = new HashMap<>();
        for (Entry entry : evidence.history().entries()) {
            switch (entry) {
                case Entry.Opened e -> last.put(new Tab(e.process(), e.session()), e.after());
                case Entry.Following e -> {
                    if (e.snapshotSeq() >= 0) {
                        last.put(new Tab(e.process(), e.session()), e.snapshotSeq());
                    }
                }
                case Entry.Received e -> {
                    Tab tab = new Tab(e.process(), e.session());
                    Seen seen = e.seen();
                    long expected = last.getOrDefault(tab, 0L) + 1;
                    if (seen.from() != expected) {
                        String what = seen.from() > expected ? "a gap" : "a duplicate or a step back";
                        problems.add(tab + ": " + what + ", expected " + expected + ", got " + seen.from() + " to "
                                + seen.seq());
                    }
                    last.put(tab, seen.seq());
                }
                case Entry.Closed e -> last.remove(new Tab(e.process(), e.session()));
                case Entry.Violation e -> problems.add(new Tab(e.process(), e.session()) + ": " + e.what());
                case Entry.Ended e -> problems.add(new Tab(e.process(), e.session()) + " ended: " + e.why());
                case Entry.Invoke _, Entry.Ok _, Entry.Fail _, Entry.Info _, Entry.Lost _, Entry.Nemesis _ -> {}
            }
        }
        last.forEach((tab, seq) -> {
            List<Seen> log = evidence.log(tab.session());
            long head = log.isEmpty() ? 0 : log.getLast().seq();
            if (seq != head) {
                problems.add(tab + " stopped at " + seq + " of " + head);
            }
        });
        return problems;
    }
}
