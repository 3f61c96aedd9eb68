package dev.sessionmesh.provider.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeamTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                // before|continuation|joined
                "The quick brown fox|brown fox jumps|The quick brown fox jumps",
                "The quick brown fox|The quick brown fox jumps|The quick brown fox jumps",
                "It is confi|configured well|It is configured well",
                "It is confi|is configured well|It is configured well",
                "The quick|brown fox|The quick brown fox",
                "The quick | brown fox|The quick brown fox",
                "The quick |brown fox|The quick brown fox",
                "One.|Two.|One. Two.",
                "One two |two three|One two three",
                "a b c|completely new|a b c completely new",
                "ends here.|ends here.|ends here.",
                "(see |below)|(see below)"
            })
    void joins(String before, String continuation, String joined) {
        for (int size = 1; size <= continuation.length(); size++) {
            Seam seam = new Seam(before, true);
            StringBuilder text = new StringBuilder(before);
            for (int at = 0; at < continuation.length(); at += size) {
                text.append(seam.accept(continuation.substring(at, Math.min(continuation.length(), at + size))));
            }
            assertEquals(joined, text.append(seam.end()).toString(), "in pieces of " + size);
        }
    }

    @Test
    void different_line_breaks_behind_the_last_words_do_not_hide_a_repetition() {
        Seam seam = new Seam("That was the first part.\n\n", true);
        assertEquals("Now", seam.accept("the first part.\nNow"));
        assertEquals(" the", seam.accept(" the"));
    }

    @Test
    void where_nothing_was_asked_only_a_long_repetition_is_one() {
        assertEquals("ha ha ha", new Seam("ha ha ", false).accept("ha ha ha"));
        String before = "a sentence that is long enough to be known again";
        assertEquals("!", new Seam(before, false).accept(before + "!"));
    }

    @Test
    void a_fresh_answer_has_no_seam() {
        assertEquals("x", new Seam("", true).accept("x"));
    }
}
