package dev.sessionmesh.gateway;

import net.bytebuddy.asm.Advice;

/** Bugs for tabs. */
@SuppressWarnings("UnusedVariable") // the advice takes what the method takes
public final class GatewayBugs {
    private GatewayBugs() {}

    /** Who comes back misses one event. */
    public static final class SkipsOne {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 2, readOnly = false) long seq, @Advice.Argument(3) long head) {
            if (seq < head) {
                seq = seq + 1;
            }
        }
    }
}
