package dev.sessionmesh.chaos.check;

import dev.sessionmesh.chaos.history.Entry;
import dev.sessionmesh.chaos.history.Seen;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What tabs were shown by a node while it was cut off from the majority and had to take back: the promise of one order ends
 * explicitly (docs/guarantees.md, G1), so a tab that gets a snapshot when it follows another node, or the same anew, is not held to what it
 * was shown before. One that is resumed is: it was told that all of it is right.
 */
public final class CutOffTabs {

    private final Set<Entry.Received> apart = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<String, List<Entry.Received>> open = new LinkedHashMap<>();
    private final Map<String, List<Seen>> shown = new LinkedHashMap<>();
    private final Map<String, String> sessions = new HashMap<>();

    private CutOffTabs() {}

    public static CutOffTabs of(Evidence evidence) {
        CutOffTabs tabs = new CutOffTabs();
        Map<String, String> nodes = new HashMap<>();
        Set<String> cutOff = new HashSet<>();
        Set<String> stale = new HashSet<>();
        for (Entry entry : evidence.history().entries()) {
            switch (entry) {
                case Entry.Nemesis e -> {
                    if (e.act().equals("heal")) {
                        cutOff.clear();
                    } else if (e.act().equals("cut")) {
                        cutOff.clear();
                        cutOff.addAll(Arrays.asList(e.node().split(",")));
                        nodes.forEach((process, node) -> {
                            if (cutOff.contains(node)) {
                                stale.add(process);
                            }
                        });
                    }
                }
                case Entry.Following e -> {
                    nodes.put(e.process(), e.node());
                    if (cutOff.contains(e.node())) {
                        stale.add(e.process());
                    } else {
                        stale.remove(e.process());
                        tabs.settle(e);
                    }
                }
                case Entry.Received e -> {
                    if (stale.contains(e.process())) {
                        tabs.apart.add(e);
                        tabs.open
                                .computeIfAbsent(e.process(), p -> new ArrayList<>())
                                .add(e);
                    }
                }
                case Entry.Invoke _,
                        Entry.Ok _,
                        Entry.Fail _,
                        Entry.Info _,
                        Entry.Opened _,
                        Entry.Recovering _,
                        Entry.Lost _,
                        Entry.Violation _,
                        Entry.Ended _,
                        Entry.Closed _,
                        Entry.Vitals _ -> {}
            }
        }
        List.copyOf(tabs.open.keySet()).forEach(tabs::tell);
        return tabs;
    }

    private void settle(Entry.Following anew) {
        if (anew.snapshotSeq() < 0) {
            List<Entry.Received> stands = open.remove(anew.process());
            if (stands != null) {
                stands.forEach(apart::remove);
            }
        } else {
            tell(anew.process());
        }
    }

    private void tell(String process) {
        List<Entry.Received> takenBack = open.remove(process);
        if (takenBack != null) {
            takenBack.forEach(e -> {
                sessions.put(process, e.session());
                shown.computeIfAbsent(process, p -> new ArrayList<>()).add(e.seen());
            });
        }
    }

    boolean isApart(Entry.Received received) {
        return apart.contains(received);
    }

    /** Each tab that was shown something by a cut-off node which the log does not hold. */
    public List<String> differences(Evidence evidence) {
        List<String> differences = new ArrayList<>();
        shown.forEach(
                (process, seen) -> TabsEqualTheLog.difference(seen, evidence.log(sessions.getOrDefault(process, "")))
                        .ifPresent(problem -> differences.add(process + " " + problem)));
        return differences;
    }
}
