package dev.sessionmesh.codec;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.State;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Sessions in the bytes of the archive. A released form never changes (golden files hold every version), as what is archived today is read years
 * later. Both forms begin with their version, and with whether what follows is deflated.
 */
public final class ArchiveCodec {
    public static final int VERSION = 1;
    /** What is shorter hardly gets any shorter. */
    private static final int DEFLATED_FROM = 200;
    /** Far beyond any log or state: what claims to be longer is none of ours. */
    private static final int LENGTH_MAX = 64 << 20;

    private ArchiveCodec() {}

    /**
     * What a session is, apart from its log.
     *
     * @param state as of the last event
     * @param hash running hash over the log
     * @param blobs payloads that lie apart
     */
    public record Snapshot(State state, long hash, List<Payload.Blob> blobs) {
        public Snapshot {
            blobs = List.copyOf(blobs);
        }
    }

    /** A stretch of a log, in as few bytes as may be. */
    public static byte[] record(List<EventBatch> batches) {
        return framed(ChunkCodec.encode(Packing.pack(batches)));
    }

    /** @throws MalformedBytesException if they are no stretch of a log */
    public static List<EventBatch> batches(byte[] record) {
        return ChunkCodec.decode(unframed(record, "an archived stretch"));
    }

    public static byte[] snapshot(Snapshot snapshot) {
        return framed(new ByteSink(1_024)
                .fixed(snapshot.hash())
                .list(snapshot.blobs(), (out, blob) -> out.text(blob.hash()).number(blob.bytes()))
                .blob(StateCodec.encode(snapshot.state()))
                .toBytes());
    }

    /** @throws MalformedBytesException if they are no snapshot */
    public static Snapshot snapshot(byte[] bytes) {
        return Guard.decode(unframed(bytes, "an archived snapshot"), in -> {
            long hash = in.fixed();
            List<Payload.Blob> blobs = in.list(blob -> new Payload.Blob(blob.text(), blob.smallNumber()));
            return new Snapshot(StateCodec.decode(in.blob()), hash, blobs);
        });
    }

    private static byte[] framed(byte[] plain) {
        if (plain.length >= DEFLATED_FROM) {
            byte[] deflated = deflate(plain);
            if (deflated.length + 8 < plain.length) {
                ByteSink out = new ByteSink(deflated.length + 8).put(VERSION).flag(true);
                return out.number(plain.length).raw(deflated).toBytes();
            }
        }
        return new ByteSink(plain.length + 2)
                .put(VERSION)
                .flag(false)
                .raw(plain)
                .toBytes();
    }

    private static byte[] unframed(byte[] bytes, String what) {
        ByteSource in = new ByteSource(bytes);
        in.version(VERSION, what);
        if (!in.flag()) {
            return in.rest();
        }
        long length = in.number();
        if (length < 0 || length > LENGTH_MAX) {
            throw new MalformedBytesException(what + " of " + length + " bytes");
        }
        return inflate(in.rest(), (int) length, what);
    }

    private static byte[] deflate(byte[] plain) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(plain);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(plain.length / 2);
            byte[] some = new byte[8_192];
            while (!deflater.finished()) {
                out.write(some, 0, deflater.deflate(some));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static byte[] inflate(byte[] deflated, int length, String what) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(deflated);
            byte[] plain = new byte[length];
            int filled = 0;
            while (filled < length) {
                int more = inflater.inflate(plain, filled, length - filled);
                if (more == 0) {
                    throw new MalformedBytesException(what + " ends too early");
                }
                filled += more;
            }
            if (inflater.inflate(new byte[1]) != 0 || inflater.getRemaining() > 0) {
                throw new MalformedBytesException(what + " is longer than it says");
            }
            return plain;
        } catch (DataFormatException broken) {
            throw new MalformedBytesException(what + " is not deflated as it says", broken);
        } finally {
            inflater.end();
        }
    }
}
