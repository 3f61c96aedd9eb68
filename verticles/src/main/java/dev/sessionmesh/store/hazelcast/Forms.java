package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.DataSerializableFactory;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.port.SessionStore.Subscriber;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.store.hazelcast.SessionRecord.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The registry of everything of ours that Hazelcast carries; each form begins with a version byte. */
public final class Forms implements DataSerializableFactory {
    public static final int FACTORY = 7411;
    static final byte VERSION = 1;

    static final int LIVE = 1;
    static final int DELETED = 2;
    static final int CHUNK_KEY = 3;
    static final int REPLY = 4;
    static final int NAMED_PART = 5;
    static final int MERGE = 6;
    static final int WAKING = 7;
    static final int DECIDE = 10;
    static final int CREATE = 11;
    static final int DELETE = 12;
    static final int READ = 13;
    static final int SUBSCRIBE = 14;
    static final int SEAL = 15;
    static final int RESERVE = 16;
    static final int TOLD = 17;
    static final int WAKE = 18;
    static final int LET_GO = 19;
    static final int OFFER = 25;
    static final int APPLY = 20;
    static final int VERIFY = 21;
    static final int REPLACE = 22;
    static final int SEAL_COPY = 23;
    static final int DROP_COPY = 24;
    static final int MOVE_CURSOR = 41;
    static final int CURSORS_OF = 42;
    static final int DROP_CURSOR = 43;

    private static final Map<Integer, Supplier<IdentifiedDataSerializable>> BLANKS = Map.ofEntries(
            Map.entry(LIVE, () -> new Slot.Live(SessionRecord.created(Blank.STATE))),
            Map.entry(DELETED, () -> new Slot.Deleted(0, 0, 0, true)),
            Map.entry(CHUNK_KEY, () -> new ChunkKey("", 0, 0)),
            Map.entry(REPLY, Reply::new),
            Map.entry(NAMED_PART, () -> new NamedPart("", "")),
            Map.entry(MERGE, SessionMerge::new),
            Map.entry(DECIDE, DecideProcessor::new),
            Map.entry(CREATE, CreateProcessor::new),
            Map.entry(DELETE, DeleteProcessor::new),
            Map.entry(READ, ReadProcessor::new),
            Map.entry(SUBSCRIBE, SubscribeProcessor::new),
            Map.entry(SEAL, SealProcessor::new),
            Map.entry(RESERVE, ReserveProcessor::new),
            Map.entry(TOLD, ToldProcessor::new),
            Map.entry(WAKING, () -> new Slot.Waking(Slot.Waking.UNCLAIMED, SessionRecord.created(Blank.STATE))),
            Map.entry(WAKE, WakeProcessor::new),
            Map.entry(LET_GO, LetGoProcessor::new),
            Map.entry(DROP_COPY, DropCopy::new),
            Map.entry(OFFER, OfferProcessor::new),
            Map.entry(APPLY, ApplyCopy::new),
            Map.entry(VERIFY, VerifyCopy::new),
            Map.entry(REPLACE, ReplaceCopy::new),
            Map.entry(SEAL_COPY, SealCopy::new),
            Map.entry(MOVE_CURSOR, MoveCursor::new),
            Map.entry(DROP_CURSOR, DropCursor::new),
            Map.entry(CURSORS_OF, () -> new CursorsOf("", "")));

    @Override
    public IdentifiedDataSerializable create(int typeId) {
        Supplier<IdentifiedDataSerializable> blank = BLANKS.get(typeId);
        if (blank == null) {
            throw new HazelcastSerializationException("unknown form " + typeId);
        }
        return blank.get();
    }

    /** What a value holds between its creation and its filling by Hazelcast. */
    static final class Blank {
        static final State STATE = State.create(
                new dev.sessionmesh.core.SessionKey("none", "none"), dev.sessionmesh.core.Profile.ofModel(""), 0, 0);

        private Blank() {}
    }

    static void checkVersion(ObjectDataInput in) throws IOException {
        byte version = in.readByte();
        if (version != VERSION) {
            throw new HazelcastSerializationException("form of unknown version " + version);
        }
    }

    static byte[] bytes(ObjectDataInput in) throws IOException {
        return present(in.readByteArray());
    }

    static String string(ObjectDataInput in) throws IOException {
        return present(in.readString());
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new HazelcastSerializationException("a part is missing");
        }
        return value;
    }

    static void writeSegments(ObjectDataOutput out, List<Segment> segments) throws IOException {
        out.writeInt(segments.size());
        for (Segment segment : segments) {
            out.writeLong(segment.from());
            out.writeLong(segment.to());
            out.writeByteArray(segment.bytes());
        }
    }

    static List<Segment> readSegments(ObjectDataInput in) throws IOException {
        int size = in.readInt();
        List<Segment> segments = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            segments.add(new Segment(in.readLong(), in.readLong(), bytes(in)));
        }
        return segments;
    }

    static void writeChunks(ObjectDataOutput out, List<ChunkRef> chunks) throws IOException {
        out.writeInt(chunks.size());
        for (ChunkRef chunk : chunks) {
            out.writeLong(chunk.from());
            out.writeLong(chunk.to());
            out.writeLong(chunk.hash());
            out.writeInt(chunk.bytes());
        }
    }

    static List<ChunkRef> readChunks(ObjectDataInput in) throws IOException {
        int size = in.readInt();
        List<ChunkRef> chunks = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            chunks.add(new ChunkRef(in.readLong(), in.readLong(), in.readLong(), in.readInt()));
        }
        return chunks;
    }

    static void writeSubscribers(ObjectDataOutput out, List<Subscriber> subscribers) throws IOException {
        out.writeInt(subscribers.size());
        for (Subscriber subscriber : subscribers) {
            out.writeString(subscriber.node());
            out.writeLong(subscriber.generation());
        }
    }

    static List<Subscriber> readSubscribers(ObjectDataInput in) throws IOException {
        int size = in.readInt();
        List<Subscriber> subscribers = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            subscribers.add(new Subscriber(string(in), in.readLong()));
        }
        return subscribers;
    }

    static void writeBlobs(ObjectDataOutput out, Collection<Payload.Blob> blobs) throws IOException {
        out.writeInt(blobs.size());
        for (Payload.Blob blob : blobs) {
            out.writeByteArray(HexFormat.of().parseHex(blob.hash()));
            out.writeInt(blob.bytes());
        }
    }

    static List<Payload.Blob> readBlobs(ObjectDataInput in) throws IOException {
        int size = in.readInt();
        List<Payload.Blob> blobs = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            blobs.add(new Payload.Blob(HexFormat.of().formatHex(bytes(in)), in.readInt()));
        }
        return blobs;
    }
}
