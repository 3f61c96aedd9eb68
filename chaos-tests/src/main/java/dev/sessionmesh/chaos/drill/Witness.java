package dev.sessionmesh.chaos.drill;

import dev.sessionmesh.chaos.history.Seen;
import dev.sessionmesh.client.Frame;
import dev.sessionmesh.client.TabListener;
import java.net.URI;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What tabs of a cut-off side were shown, and whether they were told that some of it is no more. */
final class Witness {

    private final Map<String, Map<Long, Seen>> shown = new ConcurrentHashMap<>();
    /** The sessions whose tab was told {@code diverged}. */
    final Set<String> diverged = ConcurrentHashMap.newKeySet();

    TabListener of(String session) {
        return new TabListener() {
            @Override
            public void frame(Frame frame) {
                if (frame instanceof Frame.Logged logged) {
                    shown.computeIfAbsent(session, s -> new ConcurrentHashMap<>())
                            .put(logged.seq(), Seen.of(logged));
                }
            }

            @Override
            public void following(URI node, Frame.Attached attached) {
                if (attached.reason().filter("diverged"::equals).isPresent()) {
                    diverged.add(session);
                }
            }
        };
    }

    /** The sessions of which an input was shown that is not in these logs; tokens may be cut into runs differently. */
    Set<String> misled(Map<String, Map<Long, Seen>> logs) {
        Set<String> misled = new HashSet<>();
        shown.forEach((session, events) -> events.forEach((seq, seen) -> {
            Seen there = logs.getOrDefault(session, Map.of()).get(seq);
            boolean same = there != null && there.field("id").equals(seen.field("id"));
            if (seen.type().equals("input") && !same) {
                misled.add(session);
            }
        }));
        return misled;
    }
}
