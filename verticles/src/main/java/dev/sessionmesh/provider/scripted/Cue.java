package dev.sessionmesh.provider.scripted;

import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.port.Provider;

/** What a script does next. A script's last cue is its only {@link Finish}. */
sealed interface Cue {
    /** How long after the cue before it. */
    default long delayMicros() {
        return 0;
    }

    record Say(String text, long delayMicros) implements Cue {}

    /** Says the wall-clock time at which it is said, padded to a size. */
    record Stamp(int bytes, long delayMicros) implements Cue {}

    record Acknowledge(String steerId) implements Cue {}

    record Call(String tool, String arguments, Executor executor, boolean approval) implements Cue {}

    record Finish(Provider.End end) implements Cue {}
}
