package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import dev.sessionmesh.codec.EnvelopeCodec;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.Decision;
import dev.sessionmesh.core.session.Envelope;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Sets room aside for the blobs that a command refers to, provided that the command would be accepted: so refused ones leave nothing
 * behind, and no blob is stored that the session does not know of.
 */
final class ReserveProcessor extends RecordProcessor {
    private Envelope envelope;
    private Set<Payload.Blob> blobs;

    ReserveProcessor() {
        this(Envelope.internal(Forms.Blank.STATE.key(), 0, 0, new Command.Expire()), List.of());
    }

    ReserveProcessor(Envelope envelope, Collection<Payload.Blob> blobs) {
        this.envelope = envelope;
        this.blobs = new LinkedHashSet<>(blobs);
    }

    @Override
    Reply process(String key, SessionRecord session, Target target) {
        Optional<Reply> barred = barred(key);
        if (barred.isPresent()) {
            return barred.get();
        }
        return switch (services().machine().decide(session.state(), envelope)) {
            case Decision.Refused refused -> DecideProcessor.refused(session, refused, target);
            case Decision.Duplicate stored -> Reply.of(Reply.REPEATED);
            case Decision.Accepted accepted -> reserve(session, target);
        };
    }

    /** Also where they are known already: our own first try may not have reached every copy. */
    private Reply reserve(SessionRecord session, Target target) {
        SessionRecord next = session.holding(blobs);
        long most = services().limits().blobBytesPerSession();
        if (next.blobBytes() > most) {
            return Reply.refused(ErrorCode.SESSION_FULL, "the session's blobs take " + most + " bytes");
        }
        target.set(next, new ReplaceCopy(next));
        return Reply.of(Reply.OK);
    }

    @Override
    public int getClassId() {
        return Forms.RESERVE;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeByteArray(EnvelopeCodec.encode(envelope));
        Forms.writeBlobs(out, blobs);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        envelope = EnvelopeCodec.decode(Forms.bytes(in));
        blobs = new LinkedHashSet<>(Forms.readBlobs(in));
    }
}
