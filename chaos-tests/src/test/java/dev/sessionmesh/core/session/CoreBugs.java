package dev.sessionmesh.core.session;

import java.util.Optional;
import net.bytebuddy.asm.Advice;

/** Bugs for the heart. */
@SuppressWarnings("UnusedVariable") // the advice takes what the method takes
public final class CoreBugs {
    private CoreBugs() {}

    /** Whatever epoch a runner comes with, its output is taken. */
    public static final class NoFence {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) boolean held) {
            held = true;
        }
    }

    /** No command is recognised when it comes again. */
    public static final class NoDedupe {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) Optional<Decision> known) {
            known = Optional.empty();
        }
    }

    /** An approval that was given stays open. */
    public static final class StaysPending {
        @Advice.OnMethodExit
        static void exit(@Advice.This ToolCall call, @Advice.Return(readOnly = false) ToolCall approved) {
            approved = call;
        }
    }

    /** A batch of a runner that comes again is appended again. */
    public static final class AppendsAgain {
        @Advice.OnMethodEnter
        static void enter(
                @Advice.Argument(0) Draft draft,
                @Advice.Argument(value = 1, readOnly = false) Command.Produce produce) {
            Optional<Turn> turn = draft.state().turn(produce.turn());
            if (turn.isPresent()
                    && turn.get().active()
                    && produce.batchNo() == turn.get().batchNo()) {
                produce = new Command.Produce(
                        produce.turn(), produce.runEpoch(), produce.batchNo() + 1, produce.outputs());
            }
        }
    }
}
