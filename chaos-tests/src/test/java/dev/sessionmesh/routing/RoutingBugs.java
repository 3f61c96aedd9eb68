package dev.sessionmesh.routing;

import dev.sessionmesh.core.log.EventBatch;
import net.bytebuddy.asm.Advice;

/** Bugs for the way events take. */
@SuppressWarnings("UnusedVariable") // the advice takes what the method takes
public final class RoutingBugs {
    private RoutingBugs() {}

    /** Does nothing where something is to be done: nothing is read again, nothing is published. */
    public static final class Nothing {
        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return true;
        }
    }

    /** A batch that comes twice comes out twice. */
    public static final class ComesOutTwice {
        @Advice.OnMethodEnter
        static void enter(
                @Advice.Argument(0) EventBatch batch, @Advice.FieldValue(value = "head", readOnly = false) long head) {
            if (batch.to() <= head) {
                head = batch.from() - 1;
            }
        }
    }

    /** A batch that overtook another comes out at once. */
    public static final class ComesOutEarly {
        @Advice.OnMethodEnter
        static void enter(
                @Advice.Argument(0) EventBatch batch, @Advice.FieldValue(value = "head", readOnly = false) long head) {
            head = Math.max(head, batch.from() - 1);
        }
    }
}
