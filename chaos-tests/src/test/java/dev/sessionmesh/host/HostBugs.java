package dev.sessionmesh.host;

import dev.sessionmesh.core.session.Turn;
import net.bytebuddy.asm.Advice;

/** Bugs for those who run turns. */
@SuppressWarnings("UnusedVariable") // the advice takes what the method takes
public final class HostBugs {
    private HostBugs() {}

    /** A turn's next runner begins its answer anew. */
    public static final class BeginsAnew {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) String unfinished) {
            unfinished = "";
        }
    }

    /** Nobody takes a turn over. */
    public static final class NoTakeover {
        @Advice.OnMethodExit
        static void exit(@Advice.Argument(1) Turn turn, @Advice.Return(readOnly = false) boolean needed) {
            needed = needed && turn.runEpoch() == 0;
        }
    }
}
