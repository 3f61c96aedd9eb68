package dev.sessionmesh.host;

import java.util.Optional;
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
        static void exit(@Advice.Return(readOnly = false) Optional<?> need) {
            need = Optional.empty();
        }
    }
}
