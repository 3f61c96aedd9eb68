package dev.sessionmesh.cluster.agreement;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;

/**
 * One small file, replaced as a whole: {@code "SMV1"}, a CRC-32 of the rest, the rest as {@link ViewCodec} writes it.
 * The new content is forced to the disk before it takes the old one's name, and the directory after it.
 */
public final class FileViewStore implements ViewStore {
    private static final int MAGIC = 0x534D5631;
    private static final int HEADER_BYTES = 8;

    private final Path file;

    public FileViewStore(Path directory) {
        this.file = directory.resolve("agreed-view");
    }

    @Override
    public Remembered load() throws IOException {
        if (!Files.exists(file)) {
            return Remembered.NOTHING;
        }
        if (Files.size(file) > ViewCodec.BYTES_MAX) {
            throw damaged("it is longer than " + ViewCodec.BYTES_MAX + " bytes");
        }
        var content = ByteBuffer.wrap(Files.readAllBytes(file));
        if (content.remaining() <= HEADER_BYTES || content.getInt() != MAGIC) {
            throw damaged("it is not a view file");
        }
        var sum = content.getInt();
        var body = new byte[content.remaining()];
        content.get(body);
        if (sum != checksum(body)) {
            throw damaged("its checksum does not match");
        }
        try {
            return ViewCodec.decodeRemembered(body);
        } catch (IllegalArgumentException unreadable) {
            throw damaged(String.valueOf(unreadable.getMessage()));
        }
    }

    @Override
    public void save(Remembered remembered) throws IOException {
        var body = ViewCodec.encode(remembered);
        var content = ByteBuffer.allocate(HEADER_BYTES + body.length);
        content.putInt(MAGIC).putInt(checksum(body)).put(body).flip();
        Files.createDirectories(file.getParent());
        var fresh = file.resolveSibling(file.getFileName() + ".new");
        try (var out = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            while (content.hasRemaining()) {
                out.write(content);
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (var directory = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static int checksum(byte[] body) {
        var crc = new CRC32();
        crc.update(body);
        return (int) crc.getValue();
    }

    private IOException damaged(String why) {
        return new IOException("state_damaged: " + file + " cannot be trusted (" + why + "). Restore it, or remove it"
                + " if this node may come back as a new one that has forgotten its votes.");
    }
}
