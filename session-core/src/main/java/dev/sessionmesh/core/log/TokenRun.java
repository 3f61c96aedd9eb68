package dev.sessionmesh.core.log;

import java.util.Arrays;
import java.util.List;

/**
 * Consecutive pieces of one text, packed: the concatenated text and where each piece ends. Piece i of a run whose first event is
 * seq s is the event s + i, so a run can be cut exactly at any seq and joined again, and never costs an object per token.
 *
 * <p>Of a <em>folded</em> run only the text is left, and how many pieces it had: it can't be cut any more.
 */
public final class TokenRun {
    private static final int[] FORGOTTEN = {};

    private final String text;
    private final int pieces;
    private final int[] ends;

    private TokenRun(String text, int pieces, int[] ends) {
        this.text = text;
        this.pieces = pieces;
        this.ends = ends;
    }

    public static TokenRun of(String piece) {
        return new TokenRun(piece, 1, new int[] {piece.length()});
    }

    public static TokenRun of(List<String> pieces) {
        int[] ends = new int[pieces.size()];
        int chars = 0;
        for (String piece : pieces) {
            chars += piece.length();
        }
        StringBuilder text = new StringBuilder(chars);
        for (int i = 0; i < ends.length; i++) {
            ends[i] = text.append(pieces.get(i)).length();
        }
        return of(text.toString(), ends);
    }

    /**
     * @param ends for each piece the offset in {@code text} behind it: ascending, the last one being the text's length
     */
    public static TokenRun of(String text, int[] ends) {
        int last = 0;
        for (int end : ends) {
            if (end < last) {
                throw new IllegalArgumentException("piece ends must ascend");
            }
            last = end;
        }
        if (ends.length == 0 || last != text.length()) {
            throw new IllegalArgumentException("pieces must cover the text");
        }
        return new TokenRun(text, ends.length, ends);
    }

    /** @param pieces how many it had, at least one */
    public static TokenRun folded(String text, int pieces) {
        if (pieces < 1) {
            throw new IllegalArgumentException("a run has a piece");
        }
        return new TokenRun(text, pieces, FORGOTTEN);
    }

    /** Whether nobody knows any more where its pieces end. */
    public boolean isFolded() {
        return ends.length == 0;
    }

    public String text() {
        return text;
    }

    /** How many events it stands for. */
    public int pieces() {
        return pieces;
    }

    /** The offset behind piece i; not of a folded run. */
    public int end(int piece) {
        return ends[piece];
    }

    /** The pieces {@code from} (inclusive) to {@code to} (exclusive). */
    public TokenRun cut(int from, int to) {
        if (from == 0 && to == pieces) {
            return this;
        }
        if (isFolded()) {
            throw new IllegalArgumentException("nobody knows where the pieces of a folded run end");
        }
        int offset = from == 0 ? 0 : ends[from - 1];
        int[] cut = Arrays.copyOfRange(ends, from, to);
        for (int i = 0; i < cut.length; i++) {
            cut[i] -= offset;
        }
        return of(text.substring(offset, ends[to - 1]), cut);
    }

    /** The runs one after the other; folded if one of them is. */
    public static TokenRun join(List<TokenRun> runs) {
        StringBuilder text = new StringBuilder(
                runs.stream().mapToInt(run -> run.text.length()).sum());
        int pieces = runs.stream().mapToInt(TokenRun::pieces).sum();
        boolean folded = runs.stream().anyMatch(TokenRun::isFolded);
        int[] ends = new int[folded ? 0 : pieces];
        int piece = 0;
        for (TokenRun run : runs) {
            for (int i = 0; i < run.pieces && !folded; i++) {
                ends[piece++] = text.length() + run.ends[i];
            }
            text.append(run.text);
        }
        return folded ? folded(text.toString(), pieces) : of(text.toString(), ends);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenRun run
                && pieces == run.pieces
                && text.equals(run.text)
                && Arrays.equals(ends, run.ends);
    }

    @Override
    public int hashCode() {
        return 31 * text.hashCode() + Arrays.hashCode(ends);
    }

    @Override
    public String toString() {
        return "TokenRun[" + pieces + (isFolded() ? " folded" : "") + " pieces, " + text + "]";
    }
}
