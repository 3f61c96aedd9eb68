package dev.sessionmesh.cluster.agreement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileViewStoreTest {
    private static final Remembered REMEMBERED = new Remembered(
            View.first("l", List.of("a", "b", "c")),
            Vote.NONE.promise(new Ballot(3, "a")),
            new TreeSet<>(List.of("a", "b")),
            new TreeSet<>(List.of("c")));

    @TempDir
    Path directory;

    private FileViewStore store;
    private Path file;

    @BeforeEach
    void open() {
        store = new FileViewStore(directory.resolve("state"));
        file = directory.resolve("state").resolve("agreed-view");
    }

    @Test
    void nothing_was_saved_at_first() throws IOException {
        assertEquals(Remembered.NOTHING, store.load());
    }

    @Test
    void the_last_saved_is_loaded() throws IOException {
        store.save(Remembered.NOTHING);
        store.save(REMEMBERED);
        assertEquals(REMEMBERED, store.load());
    }

    @Test
    void a_write_that_was_cut_off_leaves_the_old_content() throws IOException {
        store.save(REMEMBERED);
        Files.write(file.resolveSibling("agreed-view.new"), new byte[] {1, 2, 3});
        assertEquals(REMEMBERED, store.load());
        store.save(Remembered.NOTHING);
        assertEquals(Remembered.NOTHING, store.load());
    }

    @Test
    void every_flipped_byte_and_every_cut_is_noticed() throws IOException {
        store.save(REMEMBERED);
        var good = Files.readAllBytes(file);
        for (int i = 0; i < good.length; i++) {
            var flipped = good.clone();
            flipped[i] ^= 0x10;
            refuses(flipped);
            refuses(Arrays.copyOf(good, i));
        }
        refuses(new byte[ViewCodec.BYTES_MAX + 1]);
    }

    private void refuses(byte[] content) throws IOException {
        Files.write(file, content);
        var refusal = assertThrows(IOException.class, store::load);
        assertTrue(refusal.getMessage().startsWith("state_damaged: "), refusal.getMessage());
    }
}
