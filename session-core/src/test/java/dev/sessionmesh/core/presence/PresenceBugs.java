package dev.sessionmesh.core.presence;

import java.util.Optional;
import net.bytebuddy.asm.Advice;

/** Bugs for presence. */
@SuppressWarnings("UnusedVariable") // the advice takes what the method takes
public final class PresenceBugs {
    private PresenceBugs() {}

    /** The method does nothing. */
    public static final class Nothing {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return true;
        }
    }

    public static final class Yes {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) boolean answer) {
            answer = true;
        }
    }

    public static final class No {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) boolean answer) {
            answer = false;
        }
    }

    public static final class Zero {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) int answer) {
            answer = 0;
        }
    }

    /** Every change is a frame of its own. */
    public static final class AtOnce {
        @Advice.OnMethodExit
        static void exit(@Advice.Argument(0) long time, @Advice.FieldValue(value = "due", readOnly = false) long due) {
            due = 0;
        }
    }

    /** What a tab says last about how far it has read counts, not the furthest. */
    public static final class ReadAsSaid {
        @Advice.OnMethodExit
        static void exit(@Advice.Argument(0) PresenceUpdate update, @Advice.Return(readOnly = false) Attendee updated) {
            updated = new Attendee(
                    updated.tab(),
                    updated.user(),
                    updated.kind(),
                    updated.device(),
                    updated.joinedAt(),
                    updated.lastSeenAt(),
                    updated.typing(),
                    updated.focus(),
                    updated.status(),
                    update.read());
        }
    }

    /** A tab that leaves is not let go. */
    public static final class Stays {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return true;
        }

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) Optional<Attendee> left) {
            left = Optional.empty();
        }
    }
}
