package dev.sessionmesh.core.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenRunTest {
    private static final List<String> PIECES = List.of("He", "", "llo", " ", "wörld", "😀", "");

    @Test
    void it_is_its_pieces() {
        TokenRun run = TokenRun.of(PIECES);
        assertEquals("Hello wörld😀", run.text());
        assertEquals(7, run.pieces());
        assertEquals(PIECES, spelled(run));
        assertEquals(run, TokenRun.of(run.text(), new int[] {2, 2, 5, 6, 11, 13, 13}));
    }

    @Test
    void it_can_be_cut_and_joined_at_every_piece() {
        TokenRun run = TokenRun.of(PIECES);
        for (int from = 0; from < PIECES.size(); from++) {
            for (int to = from + 1; to <= PIECES.size(); to++) {
                assertEquals(PIECES.subList(from, to), spelled(run.cut(from, to)));
            }
        }
        for (int at = 1; at < PIECES.size(); at++) {
            assertEquals(run, TokenRun.join(List.of(run.cut(0, at), run.cut(at, PIECES.size()))));
        }
    }

    @Test
    void any_way_of_joining_gives_the_same_run() {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            List<String> pieces = IntStream.range(0, 1 + random.nextInt(30))
                    .mapToObj(i -> "x".repeat(random.nextInt(3)) + i)
                    .toList();
            TokenRun joined = TokenRun.of(pieces.getFirst());
            for (int i = 1; i < pieces.size(); ) {
                int next = Math.min(pieces.size(), i + 1 + random.nextInt(4));
                joined = TokenRun.join(List.of(joined, TokenRun.of(pieces.subList(i, next))));
                i = next;
            }
            assertEquals(TokenRun.of(pieces), joined);
            assertEquals(TokenRun.of(pieces).hashCode(), joined.hashCode());
        }
    }

    @Test
    void the_same_text_in_other_pieces_is_another_run() {
        assertNotEquals(TokenRun.of(List.of("ab", "c")), TokenRun.of(List.of("a", "bc")));
        assertNotEquals(TokenRun.of("a"), TokenRun.of(List.of("a", "")));
    }

    @Test
    void pieces_that_do_not_cover_the_text_are_refused() {
        assertThrows(IllegalArgumentException.class, () -> TokenRun.of("", new int[0]));
        assertThrows(IllegalArgumentException.class, () -> TokenRun.of(List.of()));
        assertThrows(IllegalArgumentException.class, () -> TokenRun.of("abc", new int[] {1, 2}));
        assertThrows(IllegalArgumentException.class, () -> TokenRun.of("abc", new int[] {1, 4}));
        assertThrows(IllegalArgumentException.class, () -> TokenRun.of("abc", new int[] {2, 1, 3}));
        assertThrows(IllegalArgumentException.class, () -> TokenRun.of("abc", new int[] {-1, 3}));
    }

    private static List<String> spelled(TokenRun run) {
        return IntStream.range(0, run.pieces())
                .mapToObj(i -> run.cut(i, i + 1).text())
                .toList();
    }

    @Test
    void a_folded_run_knows_its_text_and_how_many_pieces_it_had() {
        TokenRun folded = TokenRun.folded("hello", 3);
        assertTrue(folded.isFolded());
        assertEquals(3, folded.pieces());
        assertSame(folded, folded.cut(0, 3));
        assertThrows(IllegalArgumentException.class, () -> folded.cut(1, 3));
        assertThrows(IllegalArgumentException.class, () -> TokenRun.folded("", 0));
        assertEquals(TokenRun.folded("hello", 3), folded);
        assertNotEquals(TokenRun.folded("hello", 2), folded);
        assertNotEquals(TokenRun.of(List.of("h", "el", "lo")), folded);
        TokenRun joined = TokenRun.join(List.of(folded, TokenRun.of(" you")));
        assertEquals(TokenRun.folded("hello you", 4), joined);
        assertFalse(TokenRun.of("hello").isFolded());
    }
}
