package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import dev.sessionmesh.codec.StateCodec;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.log.RunningHash;
import dev.sessionmesh.core.port.SessionStore.Subscriber;
import dev.sessionmesh.core.session.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A session as it is replicated: control state, the open tail of its log, the directory of sealed chunks, and who wants its events.
 * Immutable, so that a processor that throws leaves the entry as it was and other threads may read what they were handed.
 *
 * @param hash running hash over the whole log; equal on every copy
 * @param durableSeq the last seq known to be on every copy; readers see nothing behind it
 * @param writer who appended last
 * @param tail the appended batches since the last seal, oldest first
 * @param chunks the sealed part, oldest first, without holes up to the tail
 * @param directory version of {@code chunks}: changes with every seal
 * @param blobs payloads stored apart, or about to be
 */
record SessionRecord(
        State state,
        long hash,
        long durableSeq,
        Writer writer,
        List<Segment> tail,
        int tailBytes,
        List<ChunkRef> chunks,
        long directory,
        List<Subscriber> subscribers,
        List<Payload.Blob> blobs) {

    /** A batch of the log in its binary form. */
    record Segment(long from, long to, byte[] bytes) {}

    static SessionRecord created(State state) {
        return new SessionRecord(state, 0, 0, Writer.NOBODY, List.of(), 0, List.of(), 0, List.of(), List.of());
    }

    long head() {
        return state.head();
    }

    /** First seq of the tail, or the next one to come. */
    long tailFrom() {
        return tail.isEmpty() ? head() + 1 : tail.getFirst().from();
    }

    /** @param bytes the batch that leads to {@code next}; empty when only counters changed */
    SessionRecord appended(State next, byte[] bytes, Writer by) {
        if (bytes.length == 0) {
            return new SessionRecord(
                    next, hash, durableSeq, writer, tail, tailBytes, chunks, directory, subscribers, blobs);
        }
        List<Segment> longer = new ArrayList<>(tail.size() + 1);
        longer.addAll(tail);
        longer.add(new Segment(head() + 1, next.head(), bytes));
        return new SessionRecord(
                next,
                RunningHash.extend(hash, bytes),
                durableSeq,
                by,
                longer,
                tailBytes + bytes.length,
                chunks,
                directory,
                subscribers,
                blobs);
    }

    SessionRecord durable(long seq) {
        return seq <= durableSeq
                ? this
                : new SessionRecord(
                        state,
                        hash,
                        Math.min(seq, head()),
                        writer,
                        tail,
                        tailBytes,
                        chunks,
                        directory,
                        subscribers,
                        blobs);
    }

    SessionRecord subscribed(List<Subscriber> now) {
        return new SessionRecord(state, hash, durableSeq, writer, tail, tailBytes, chunks, directory, now, blobs);
    }

    /** The tail up to the chunk's end is in the chunk now. */
    SessionRecord sealed(ChunkRef chunk) {
        List<Segment> rest = tail.stream().filter(s -> s.from() > chunk.to()).toList();
        List<ChunkRef> longer = new ArrayList<>(chunks);
        longer.add(chunk);
        int bytes = rest.stream().mapToInt(s -> s.bytes().length).sum();
        return new SessionRecord(
                state, hash, durableSeq, writer, rest, bytes, longer, directory + 1, subscribers, blobs);
    }

    /** Those it has already take no more room. */
    SessionRecord holding(Set<Payload.Blob> more) {
        Set<Payload.Blob> all = new LinkedHashSet<>(blobs);
        all.addAll(more);
        return new SessionRecord(
                state, hash, durableSeq, writer, tail, tailBytes, chunks, directory, subscribers, List.copyOf(all));
    }

    long blobBytes() {
        return blobs.stream().mapToLong(Payload.Blob::bytes).sum();
    }

    void write(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeByteArray(StateCodec.encode(state));
        out.writeLong(hash);
        out.writeLong(durableSeq);
        writer.write(out);
        Forms.writeSegments(out, tail);
        Forms.writeChunks(out, chunks);
        out.writeLong(directory);
        Forms.writeSubscribers(out, subscribers);
        Forms.writeBlobs(out, blobs);
    }

    static SessionRecord read(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        State state = StateCodec.decode(Forms.bytes(in));
        long hash = in.readLong();
        long durable = in.readLong();
        Writer writer = Writer.read(in);
        List<Segment> tail = Forms.readSegments(in);
        List<ChunkRef> chunks = Forms.readChunks(in);
        long directory = in.readLong();
        int bytes = tail.stream().mapToInt(s -> s.bytes().length).sum();
        return new SessionRecord(
                state,
                hash,
                durable,
                writer,
                tail,
                bytes,
                chunks,
                directory,
                Forms.readSubscribers(in),
                Forms.readBlobs(in));
    }
}
