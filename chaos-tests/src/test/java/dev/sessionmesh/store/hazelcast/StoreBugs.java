package dev.sessionmesh.store.hazelcast;

import com.hazelcast.map.EntryProcessor;
import dev.sessionmesh.core.session.Change;
import java.util.List;
import java.util.Map;
import net.bytebuddy.asm.Advice;

/** Bugs for the store. */
@SuppressWarnings("UnusedVariable") // the advice takes what the method takes
public final class StoreBugs {
    private StoreBugs() {}

    /** Nobody tells the copies. */
    public static final class NoCopies {
        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) EntryProcessor<String, Slot, Reply> copies) {
            copies = null;
        }
    }

    /** Copies do not learn which command or batch made a change. */
    public static final class CopiesForgetIds {
        @Advice.OnMethodExit
        static void exit(@Advice.FieldValue(value = "mark", readOnly = false) Change.Mark mark) {
            mark = new Change.Mark.Nothing();
        }
    }

    /** A copy that missed something goes along all the same. */
    public static final class StaleCopyAgrees {
        @Advice.OnMethodExit(onThrowable = CopyProcessor.StaleCopyException.class)
        static void exit(
                @Advice.Argument(0) Map.Entry<String, Slot> entry,
                @Advice.Thrown(readOnly = false) Throwable thrown,
                @Advice.Return(readOnly = false) SessionRecord copy) {
            if (thrown != null && entry.getValue() instanceof Slot.Live live) {
                thrown = null;
                copy = live.session();
            }
        }
    }

    /** Who wants to follow is given the state, and nobody writes down that it follows. */
    public static final class InterestLost {
        @Advice.OnMethodEnter
        static void enter(@Advice.FieldValue(value = "wanted", readOnly = false) boolean wanted) {
            wanted = false;
        }
    }

    /** Of two sides that went on apart the one that has said more wins. */
    public static final class LongerGoesOn {
        @Advice.OnMethodExit
        static void exit(@Advice.This Kinship kin, @Advice.Return(readOnly = false) boolean theirs) {
            theirs = kin.there().head() > kin.here().head();
        }
    }

    /** The tail lets go of a batch that the chunk does not hold. */
    public static final class TrimsTooMuch {
        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 0, readOnly = false) List<SessionRecord.Segment> packed) {
            packed = packed.size() > 1 ? packed.subList(0, packed.size() - 1) : packed;
        }
    }
}
