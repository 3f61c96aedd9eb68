package dev.sessionmesh.provider.scripted;

import dev.sessionmesh.core.session.Conversation;
import java.util.ArrayList;
import java.util.List;

/**
 * Works steering instructions into prose. The rule, which makes it resumable at any character: an instruction is acknowledged at the
 * first end of a sentence (or the beginning of the text) that was not passed when it came, after those that came before it. When it
 * came need not be known: at a sentence end within the text that was said already, it was acknowledged if the text goes on with its
 * acknowledgement; at one beyond, it is. So the plan depends on nothing but the prose, the text said and the instructions, and
 * saying more of the plan never changes it.
 */
final class Weaving {
    private static final int ECHO_CHARS = 160;

    private final List<Cue> cues = new ArrayList<>();
    private final List<Conversation.Steering> open;
    private final String said;
    private final long seed;
    private int at;
    private int pieces;
    private int acknowledged;
    private int acknowledgedBefore;
    private long breath;

    private Weaving(String said, List<Conversation.Steering> open, long seed) {
        this.said = said;
        this.open = open;
        this.seed = seed;
    }

    /** The whole plan for the prose, what was said included. */
    static List<Cue> plan(String prose, String said, List<Conversation.Steering> open, long seed) {
        Weaving weaving = new Weaving(said, open, seed);
        weaving.run(prose);
        return weaving.cues;
    }

    /** How many of the open instructions a finished text acknowledges. */
    static int acknowledgedIn(String finished, String prose, List<Conversation.Steering> open) {
        Weaving weaving = new Weaving(finished, open, 0);
        weaving.run(prose);
        return weaving.acknowledgedBefore;
    }

    private void run(String prose) {
        List<String> sentences = Prose.sentences(prose);
        acknowledge("", "\n\n");
        for (int i = 0; i < sentences.size(); i++) {
            say(sentences.get(i));
            boolean paragraph = i + 1 < sentences.size() && sentences.get(i + 1).startsWith("\n\n");
            acknowledge(paragraph ? "\n\n" : " ", "");
        }
    }

    private void acknowledge(String before, String after) {
        while (acknowledged < open.size()) {
            Conversation.Steering steering = open.get(acknowledged);
            String text = before + "Noted: " + echo(steering.instruction()) + after;
            if (at < said.length() && !said.regionMatches(at, text, 0, Math.min(text.length(), said.length() - at))) {
                return;
            }
            say(text);
            cues.add(new Cue.Acknowledge(steering.id()));
            acknowledged++;
            acknowledgedBefore += at <= said.length() ? 1 : 0;
        }
    }

    private void say(String text) {
        for (String piece : Prose.pieces(text)) {
            cues.add(new Cue.Say(piece, breath + Prose.paceMicros(seed, pieces)));
            breath = Prose.breathMicros(piece);
            pieces++;
        }
        at += text.length();
    }

    private static String echo(String instruction) {
        String line = instruction.strip().replaceAll("\\s+", " ");
        if (line.length() > ECHO_CHARS) {
            boolean pair = Character.isHighSurrogate(line.charAt(ECHO_CHARS - 1));
            return line.substring(0, pair ? ECHO_CHARS - 1 : ECHO_CHARS) + " ...";
        }
        return line.matches(".*[.!?]") ? line : line + ".";
    }
}
