package dev.sessionmesh.codec;

import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.presence.PresenceMessage;
import dev.sessionmesh.core.session.Change;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.State;
import java.util.List;
import java.util.function.Function;

/** A binary form under test: what it is called, what it holds, and both ways. */
record Form<T>(String name, Class<T> type, Function<T, byte[]> encode, Function<byte[], T> decode) {
    static final Form<EventBatch> BATCH = new Form<>("batch", EventBatch.class, BatchCodec::encode, BatchCodec::decode);
    static final Form<Envelope> ENVELOPE =
            new Form<>("envelope", Envelope.class, EnvelopeCodec::encode, EnvelopeCodec::decode);
    static final Form<Change.Mark> MARK =
            new Form<>("mark", Change.Mark.class, EnvelopeCodec::encodeMark, EnvelopeCodec::decodeMark);
    static final Form<State> STATE = new Form<>("state", State.class, StateCodec::encode, StateCodec::decode);
    static final Form<Bundle> BUNDLE = new Form<>("bundle", Bundle.class, BundleCodec::encode, BundleCodec::decode);

    static final Form<PresenceMessage> PRESENCE =
            new Form<>("presence", PresenceMessage.class, PresenceCodec::encode, PresenceCodec::decode);

    static final List<Form<?>> ALL = List.of(BATCH, ENVELOPE, MARK, STATE, BUNDLE, PRESENCE);

    byte[] randomBytes(long seed) {
        return encode.apply(new RandomValues(seed).of(type));
    }

    /** Decodes, and encodes what came out. */
    byte[] again(byte[] bytes) {
        return encode.apply(decode.apply(bytes));
    }

    /** Bundles hold byte arrays, which compare by identity: their bytes are compared instead. */
    boolean comparable() {
        return !type.equals(Bundle.class);
    }

    @Override
    public String toString() {
        return name;
    }
}
