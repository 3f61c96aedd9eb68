package dev.sessionmesh.core.log;

import java.util.Arrays;
import java.util.List;

/**
 * Consecutive pieces of one text, packed: the concatenated text and where each piece ends. Piece i of a run whose first event is
 * seq s is the event s + i, so a run can be cut exactly at any seq and joined again, and never costs an object per token.
 */
public final class TokenRun {
    private final String text;
    private final int[] ends;

    private TokenRun(String text, int[] ends) {
        this.text = text;
        this.ends = ends;
    }

    public static TokenRun of(String piece) {
        return new TokenRun(piece, new int[] {piece.length()});
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
        return new TokenRun(text, ends);
    }

    public String text() {
        return text;
    }

    /** How many events it stands for. */
    public int pieces() {
        return ends.length;
    }

    /** The offset behind piece i. */
    public int end(int piece) {
        return ends[piece];
    }

    /** The pieces {@code from} (inclusive) to {@code to} (exclusive). */
    public TokenRun cut(int from, int to) {
        if (from == 0 && to == ends.length) {
            return this;
        }
        int offset = from == 0 ? 0 : ends[from - 1];
        int[] cut = Arrays.copyOfRange(ends, from, to);
        for (int i = 0; i < cut.length; i++) {
            cut[i] -= offset;
        }
        return of(text.substring(offset, ends[to - 1]), cut);
    }

    /** The runs one after the other. */
    public static TokenRun join(List<TokenRun> runs) {
        StringBuilder text = new StringBuilder(
                runs.stream().mapToInt(run -> run.text.length()).sum());
        int[] ends = new int[runs.stream().mapToInt(TokenRun::pieces).sum()];
        int piece = 0;
        for (TokenRun run : runs) {
            for (int end : run.ends) {
                ends[piece++] = text.length() + end;
            }
            text.append(run.text);
        }
        return of(text.toString(), ends);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenRun run && text.equals(run.text) && Arrays.equals(ends, run.ends);
    }

    @Override
    public int hashCode() {
        return 31 * text.hashCode() + Arrays.hashCode(ends);
    }

    @Override
    public String toString() {
        return "TokenRun[" + pieces() + " pieces, " + text + "]";
    }
}
