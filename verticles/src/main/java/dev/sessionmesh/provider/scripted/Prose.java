package dev.sessionmesh.provider.scripted;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Written text, and how a model would speak it: in short pieces, a little unevenly, with a breath between sentences. */
final class Prose {
    /** A word with the space before it; a long word in several pieces, never within a character. */
    private static final Pattern PIECE = Pattern.compile("\\s*\\S{1,7}|\\s+$");

    /** Where a sentence ends: not in "1. First", and not within an item of a list. */
    private static final Pattern SENTENCE_END = Pattern.compile("(?<=[^\\s\\d][.!?])(?= \\S|\n\n)");

    private static final long FASTEST_MICROS = 20_000;
    private static final long SLOWEST_MICROS = 60_000;
    private static final long BREATH_MICROS = 180_000;

    private Prose() {}

    /** The text in parts that each end where a sentence does. */
    static List<String> sentences(String text) {
        List<String> sentences = new ArrayList<>();
        int from = 0;
        Matcher end = SENTENCE_END.matcher(text);
        while (end.find()) {
            boolean paragraph = text.startsWith("\n\n", end.start());
            int line = text.lastIndexOf('\n', end.start() - 1) + 1;
            if (paragraph || !text.startsWith("- ", line)) {
                sentences.add(text.substring(from, end.start()));
                from = end.start();
            }
        }
        sentences.add(text.substring(from));
        return sentences;
    }

    static List<String> pieces(String text) {
        return PIECE.matcher(text).results().map(found -> found.group()).toList();
    }

    /** How long a piece takes; the same on every node. */
    static long paceMicros(long seed, int index) {
        return new SplittableRandom(seed + index).nextLong(FASTEST_MICROS, SLOWEST_MICROS);
    }

    /** The pause behind a piece. */
    static long breathMicros(String piece) {
        return piece.endsWith(".") || piece.endsWith("?") ? BREATH_MICROS : 0;
    }
}
