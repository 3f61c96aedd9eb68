package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import dev.sessionmesh.codec.BatchCodec;
import dev.sessionmesh.codec.EnvelopeCodec;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.Change;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.Decision;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.store.hazelcast.SessionRecord.Segment;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** The append: decides a command and adds its events to the log, or answers a repetition. */
final class DecideProcessor extends RecordProcessor {
    private static final byte[] NOTHING = {};
    private Envelope envelope;
    private boolean repair;
    /** Whether this is the caller's own object: what it decides need not travel. */
    private final transient boolean here;

    private transient Reply kept = Reply.of(Reply.HERE);

    DecideProcessor() {
        this(Envelope.internal(Forms.Blank.STATE.key(), 0, 0, new Command.Expire()), false, false);
    }

    /** @param repair whether a repetition replaces the copies, rather than have them confirm that they are equal */
    DecideProcessor(Envelope envelope, boolean repair) {
        this(envelope, repair, true);
    }

    private DecideProcessor(Envelope envelope, boolean repair, boolean here) {
        this.envelope = envelope;
        this.repair = repair;
        this.here = here;
    }

    @Override
    Reply process(String key, SessionRecord session, Target target) {
        Optional<Reply> barred = barred(key);
        if (barred.isPresent()) {
            return barred.get();
        }
        SessionRecord before = session.durable(envelope.durableSeq());
        return switch (decide(before)) {
            case Decision.Refused refused -> refused(before, refused, target);
            case Decision.Duplicate(long from, long to) -> repeated(before, from, to, target);
            case Decision.Accepted accepted -> append(before, accepted, target);
        };
    }

    /**
     * A writer that was lost may have shown what never reached this copy: from here on it is another history, so that whoever saw that
     * can be told.
     */
    private Decision decide(SessionRecord before) {
        Session machine = services().machine();
        boolean orphaned =
                !before.writer().isNobody() && !isMember(before.writer().incarnation());
        return orphaned
                ? machine.decide(before.state(), envelope, new Event.Forked(randomHistory()))
                : machine.decide(before.state(), envelope);
    }

    private static long randomHistory() {
        return ThreadLocalRandom.current().nextLong();
    }

    private Reply append(SessionRecord before, Decision.Accepted accepted, Target target) {
        boolean begins = envelope.command() instanceof Command.Input || envelope.command() instanceof Command.Redo;
        if (begins
                && services().sessions().isArchiveBehind()
                && !before.state().profile().ephemeral()) {
            return Reply.refused(ErrorCode.ARCHIVE_BEHIND, "too much is not archived yet: no new turns for a while");
        }
        Change change = Change.of(before.state(), envelope, accepted.events());
        EventBatch batch = new EventBatch(before.head() + 1, change.at(), accepted.events());
        byte[] bytes = accepted.events().isEmpty() ? NOTHING : BatchCodec.encode(batch);
        ErrorCode full = room(before, bytes.length);
        if (full != ErrorCode.INTERNAL) {
            return Reply.refused(full, full == ErrorCode.BUSY ? "the log is being sealed" : "the log is full");
        }
        State state = services().machine().apply(before.state(), change);
        SessionRecord after = before.appended(
                state, bytes, new Writer(self(), services().term().getAsLong()));
        target.set(after, new ApplyCopy(before, change, bytes, after.writer()));
        Reply reply = Reply.of(Reply.OK);
        reply.from = bytes.length == 0 ? 0 : change.from(before.head());
        reply.to = bytes.length == 0 ? 0 : after.head();
        reply.head = after.head();
        reply.subscribers = after.subscribers();
        if (here) {
            reply.batch = Optional.of(batch);
            kept = reply;
            return Reply.of(Reply.HERE);
        }
        reply.segments = bytes.length == 0 ? List.of() : List.of(new Segment(batch.from(), reply.to, bytes));
        return reply;
    }

    @Override
    Reply answered(Reply received) {
        return received.kind == Reply.HERE ? kept : received;
    }

    /** Who is told what somebody else did is told only what every copy has. */
    static Reply refused(SessionRecord session, Decision.Refused refused, Target target) {
        boolean tells = refused.code() == ErrorCode.ALREADY_DECIDED || refused.code() == ErrorCode.TOO_LATE;
        if (tells && session.durableSeq() < session.head()) {
            target.confirm(new VerifyCopy(session));
        }
        return Reply.refused(refused.code(), refused.message(), refused.details());
    }

    /**
     * A retry whose first try never reached a copy repairs it there. That takes the whole record, so the copies are first asked
     * whether they need it: while one of them is silent, everybody retries.
     */
    private Reply repeated(SessionRecord session, long from, long to, Target target) {
        target.confirm(repair ? new ReplaceCopy(session) : new VerifyCopy(session));
        Reply reply = Reply.of(Reply.REPEATED);
        reply.from = from;
        reply.to = to;
        reply.head = session.head();
        reply.segments = from == 0
                ? List.of()
                : session.tail().stream()
                        .filter(segment -> segment.from() <= from && segment.to() == to)
                        .toList();
        reply.subscribers = session.subscribers();
        return reply;
    }

    /** {@code INTERNAL} stands for: there is room. */
    private ErrorCode room(SessionRecord session, int more) {
        Limits limits = services().limits();
        // Only a tail that is long enough to be sealed may keep a writer waiting: a short one would never get shorter.
        boolean shrinks = session.tailBytes() > limits.tailSoftBytes();
        if (more > 0 && shrinks && session.tailBytes() + more > limits.tailHardBytes()) {
            return ErrorCode.BUSY;
        }
        int spare = limits.chunksPerSession() - session.chunks().size();
        return switch (envelope.command()) {
            case Command.Input input -> spare > 0 ? ErrorCode.INTERNAL : ErrorCode.SESSION_FULL;
            case Command.Produce produce ->
                spare > 0 || produce.outputs().stream().allMatch(Output.End.class::isInstance)
                        ? ErrorCode.INTERNAL
                        : ErrorCode.SESSION_FULL;
            case Command.Steer steer -> spare > 0 ? ErrorCode.INTERNAL : ErrorCode.SESSION_FULL;
            case Command.Redo redo -> spare > 0 ? ErrorCode.INTERNAL : ErrorCode.SESSION_FULL;
            case Command.SelectBranch select -> spare > 0 ? ErrorCode.INTERNAL : ErrorCode.SESSION_FULL;
            case Command.Reorder reorder -> spare > 0 ? ErrorCode.INTERNAL : ErrorCode.SESSION_FULL;
            case Command.ClaimTool claim -> spare > 0 ? ErrorCode.INTERNAL : ErrorCode.SESSION_FULL;
            case Command.Withdraw withdraw -> ErrorCode.INTERNAL;
            case Command.Decide decide -> ErrorCode.INTERNAL;
            case Command.Delegate delegate -> ErrorCode.INTERNAL;
            case Command.RevokeGrant revoke -> ErrorCode.INTERNAL;
            case Command.BeatTool beat -> ErrorCode.INTERNAL;
            case Command.ReleaseTool release -> ErrorCode.INTERNAL;
            case Command.Settle settle -> ErrorCode.INTERNAL;
            case Command.ToolResult result -> ErrorCode.INTERNAL;
            case Command.Cancel cancel -> ErrorCode.INTERNAL;
            case Command.Claim claim -> ErrorCode.INTERNAL;
            case Command.Renew renew -> ErrorCode.INTERNAL;
            case Command.Doubt doubt -> ErrorCode.INTERNAL;
            case Command.Expire expire -> ErrorCode.INTERNAL;
        };
    }

    @Override
    public int getClassId() {
        return Forms.DECIDE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeByteArray(EnvelopeCodec.encode(envelope));
        out.writeBoolean(repair);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        envelope = EnvelopeCodec.decode(Forms.bytes(in));
        repair = in.readBoolean();
    }
}
