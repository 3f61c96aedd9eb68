package dev.sessionmesh.cluster.agreement;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Bytes of envelopes and of what a node remembers. The first byte is the format's version: a node that does not read it does not count whoever sent
 * it.
 */
public final class ViewCodec {
    static final int VERSION = 3;
    /** Of a file in which nobody's company stands. */
    static final int VERSION_WITHOUT_COMPANY = 1;

    /** More than any member list we support: 256 members with names and incarnations of full length. */
    public static final int BYTES_MAX = 128 * 1024;

    private static final int MEMBERS_MAX = 256;

    private ViewCodec() {}

    public static byte[] encode(Envelope envelope) {
        return writing(out -> {
            out.writeUTF(envelope.from());
            out.writeUTF(envelope.incarnation());
            out.writeLong(envelope.number());
            out.writeShort(envelope.present().size());
            for (var member : envelope.present().entrySet()) {
                out.writeUTF(member.getKey());
                out.writeUTF(member.getValue());
            }
            write(out, envelope.message());
        });
    }

    /** @throws IllegalArgumentException when the bytes are not an envelope of this version */
    public static Envelope decodeEnvelope(byte[] bytes) {
        return reading(
                bytes,
                VERSION,
                in -> new Envelope(in.readUTF(), in.readUTF(), in.readLong(), readMembers(in), readMessage(in)));
    }

    public static byte[] encode(Remembered remembered) {
        return writing(out -> write(out, remembered));
    }

    /** @throws IllegalArgumentException when the bytes are not of this version */
    public static Remembered decodeRemembered(byte[] bytes) {
        return bytes.length > 0 && bytes[0] == VERSION_WITHOUT_COMPANY
                ? reading(bytes, VERSION_WITHOUT_COMPANY, ViewCodec::readWithoutCompany)
                : reading(bytes, VERSION, ViewCodec::readRemembered);
    }

    private static void write(DataOutputStream out, ViewMessage message) throws IOException {
        switch (message) {
            case ViewMessage.Status status -> {
                out.writeByte(1);
                write(out, status.remembered());
                out.writeBoolean(status.empty());
                out.writeBoolean(status.leaving());
                out.writeBoolean(status.answer());
                out.writeLong(status.wake());
                out.writeShort(status.wakesHeard().size());
                for (var heard : status.wakesHeard().entrySet()) {
                    out.writeUTF(heard.getKey());
                    out.writeLong(heard.getValue());
                }
            }
            case ViewMessage.Prepare prepare -> {
                out.writeByte(2);
                write(out, prepare.base());
                write(out, prepare.ballot());
            }
            case ViewMessage.Promise promise -> {
                out.writeByte(3);
                write(out, promise.ballot());
                write(out, promise.before());
            }
            case ViewMessage.Accept accept -> {
                out.writeByte(4);
                write(out, accept.base());
                write(out, accept.ballot());
                write(out, accept.proposed());
            }
            case ViewMessage.Accepted accepted -> {
                out.writeByte(5);
                write(out, accepted.ballot());
            }
        }
    }

    private static ViewMessage readMessage(DataInputStream in) throws IOException {
        int kind = in.readByte();
        return switch (kind) {
            case 1 ->
                new ViewMessage.Status(
                        readRemembered(in),
                        in.readBoolean(),
                        in.readBoolean(),
                        in.readBoolean(),
                        in.readLong(),
                        readWakes(in));
            case 2 -> new ViewMessage.Prepare(readView(in), readBallot(in));
            case 3 -> new ViewMessage.Promise(readBallot(in), readVote(in));
            case 4 -> new ViewMessage.Accept(readView(in), readBallot(in), readView(in));
            case 5 -> new ViewMessage.Accepted(readBallot(in));
            default -> throw new IllegalArgumentException("unknown message kind " + kind);
        };
    }

    private static void write(DataOutputStream out, Remembered remembered) throws IOException {
        write(out, remembered.view());
        write(out, remembered.vote());
        write(out, remembered.company());
        write(out, remembered.takers());
    }

    private static Remembered readRemembered(DataInputStream in) throws IOException {
        return new Remembered(
                readView(in),
                readVote(in),
                new TreeSet<>(readNames(in, MEMBERS_MAX)),
                new TreeSet<>(readNames(in, MEMBERS_MAX)));
    }

    /** As by a node that remembers nothing, everybody is taken for its company. */
    private static Remembered readWithoutCompany(DataInputStream in) throws IOException {
        View view = readView(in);
        return Remembered.NOTHING.with(view, readVote(in)).among(view.names());
    }

    private static void write(DataOutputStream out, Vote vote) throws IOException {
        write(out, vote.promised());
        write(out, vote.acceptedAt());
        write(out, vote.accepted());
    }

    private static Vote readVote(DataInputStream in) throws IOException {
        return new Vote(readBallot(in), readBallot(in), readView(in));
    }

    private static void write(DataOutputStream out, Ballot ballot) throws IOException {
        out.writeLong(ballot.round());
        out.writeUTF(ballot.proposer());
    }

    private static Ballot readBallot(DataInputStream in) throws IOException {
        return new Ballot(in.readLong(), in.readUTF());
    }

    private static void write(DataOutputStream out, View view) throws IOException {
        out.writeUTF(view.lineage());
        out.writeLong(view.term());
        out.writeLong(view.version());
        write(out, view.names());
    }

    private static void write(DataOutputStream out, SortedSet<String> names) throws IOException {
        out.writeShort(names.size());
        for (var name : names) {
            out.writeUTF(name);
        }
    }

    private static View readView(DataInputStream in) throws IOException {
        return new View(in.readUTF(), in.readLong(), in.readLong(), new TreeSet<>(readNames(in, View.NAMES_MAX)));
    }

    private static List<String> readNames(DataInputStream in, int max) throws IOException {
        int count = bounded(in.readUnsignedShort(), max);
        var names = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            names.add(in.readUTF());
        }
        return names;
    }

    private static SortedMap<String, String> readMembers(DataInputStream in) throws IOException {
        int count = bounded(in.readUnsignedShort(), MEMBERS_MAX);
        var members = new TreeMap<String, String>();
        for (int i = 0; i < count; i++) {
            members.put(in.readUTF(), in.readUTF());
        }
        return members;
    }

    private static SortedMap<String, Long> readWakes(DataInputStream in) throws IOException {
        int count = bounded(in.readUnsignedShort(), MEMBERS_MAX);
        var wakes = new TreeMap<String, Long>();
        for (int i = 0; i < count; i++) {
            wakes.put(in.readUTF(), in.readLong());
        }
        return wakes;
    }

    private static int bounded(int count, int max) {
        if (count > max) {
            throw new IllegalArgumentException("count " + count + " over " + max);
        }
        return count;
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    private interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    private static byte[] writing(Writing body) {
        var bytes = new ByteArrayOutputStream(512);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            body.to(out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        if (bytes.size() > BYTES_MAX) {
            throw new IllegalArgumentException("message of " + bytes.size() + " bytes is over " + BYTES_MAX);
        }
        return bytes.toByteArray();
    }

    private static <T> T reading(byte[] bytes, int expected, Reading<T> body) {
        if (bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException("message of " + bytes.length + " bytes is over " + BYTES_MAX);
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != expected) {
                throw new IllegalArgumentException("format version " + version + ", this is " + expected);
            }
            var value = body.from(in);
            if (in.read() >= 0) {
                throw new IllegalArgumentException("bytes left over");
            }
            return value;
        } catch (IOException truncated) {
            throw new IllegalArgumentException("truncated or damaged: " + truncated.getMessage(), truncated);
        }
    }
}
