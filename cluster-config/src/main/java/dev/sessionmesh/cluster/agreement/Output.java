package dev.sessionmesh.cluster.agreement;

import java.util.List;

/** What the driver must do, in this order. A {@link Persist} must have reached the disk before the next output. */
public sealed interface Output {

    record Persist(Remembered remembered) implements Output {}

    /** To the present members of these names; best effort. */
    record Send(List<String> to, Envelope envelope) implements Output {
        public Send {
            to = List.copyOf(to);
        }
    }

    record ViewChanged(View before, View after) implements Output {}

    /** Leaving now costs the others nothing that an agreement could have spared them. */
    record LeaveSettled() implements Output {}

    record Warn(String code, String text) implements Output {}

    /** An operator's wish that was not carried out. */
    record Refused(String code, String text) implements Output {}
}
