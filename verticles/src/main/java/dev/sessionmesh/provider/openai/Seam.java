package dev.sessionmesh.provider.openai;

/**
 * Joins a continuation to the text it continues. What the model says first is held back for as long as it could be a repetition of
 * something said before; if it turns out to repeat the end of the text, that much is cut away.
 */
final class Seam {
    private static final int WINDOW_CHARS = 4_096;
    private static final int CERTAIN_CHARS = 12;
    private static final int CERTAIN_CHARS_UNASKED = 24;
    private static final int WORD_CHARS = 2;

    private final String window;
    private final boolean asked;
    private final StringBuilder held = new StringBuilder();
    private boolean settled;

    /**
     * @param before the text so far
     * @param asked whether the model was asked to repeat the last words, in a message of its own
     */
    Seam(String before, boolean asked) {
        this.window = before.substring(Math.max(0, before.length() - WINDOW_CHARS));
        this.asked = asked;
        this.settled = before.isEmpty();
    }

    /** What may be shown now. */
    String accept(String piece) {
        if (settled) {
            return piece;
        }
        held.append(piece);
        return window.contains(held) ? "" : settle();
    }

    /** What was still held back when the answer ended. */
    String end() {
        return settled ? "" : settle();
    }

    private String settle() {
        settled = true;
        // White space at the end is what repetitions are most careless about.
        String core = window.stripTrailing();
        for (int k = Math.min(held.length(), core.length()); k > 0; k--) {
            if (core.endsWith(held.substring(0, k)) && isRepetition(core, k)) {
                String rest = held.substring(k);
                return core.length() < window.length() ? rest.stripLeading() : rest;
            }
        }
        String fresh = held.toString();
        if (fresh.startsWith(" ") && window.endsWith(" ")) {
            return fresh.substring(1);
        }
        return asked && wouldRunTogether(fresh) ? " " + fresh : fresh;
    }

    /** A few equal characters are chance, unless they are the whole of a word that was begun. */
    private boolean isRepetition(String core, int chars) {
        if (!asked) {
            return chars >= CERTAIN_CHARS_UNASKED;
        }
        int start = core.length() - chars;
        boolean wordStart = (start == 0 || Character.isWhitespace(core.charAt(start - 1)))
                && !Character.isWhitespace(core.charAt(start));
        return chars >= CERTAIN_CHARS || (wordStart && chars >= WORD_CHARS);
    }

    /** A new message does not begin with the space that a continued one would. */
    private boolean wouldRunTogether(String fresh) {
        if (fresh.isEmpty() || !Character.isLetterOrDigit(fresh.codePointAt(0))) {
            return false;
        }
        int last = window.codePointBefore(window.length());
        return Character.isLetterOrDigit(last) || ".,;:!?".indexOf(last) >= 0;
    }
}
