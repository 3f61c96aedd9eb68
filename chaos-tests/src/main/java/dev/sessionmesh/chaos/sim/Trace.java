package dev.sessionmesh.chaos.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What happened, for people; kept only when somebody will read it. */
final class Trace {
    private final Timeline timeline;
    private final boolean kept;
    private final List<String> lines = new ArrayList<>();

    Trace(Timeline timeline, boolean kept) {
        this.timeline = timeline;
        this.kept = kept;
    }

    /** @param machine who did it; null for the world */
    void say(@Nullable Machine machine, Supplier<String> what) {
        if (kept) {
            String who = machine == null ? "-" : machine.toString();
            lines.add(String.format(Locale.ROOT, "%9.4f  %-5s %s", timeline.now() / 1e6, who, what.get()));
        }
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
