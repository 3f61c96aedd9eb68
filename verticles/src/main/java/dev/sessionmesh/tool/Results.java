package dev.sessionmesh.tool;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.port.ToolExecutor.Result;
import dev.sessionmesh.core.session.ToolCall.Outcome;

/** The ends a call can come to. */
public final class Results {
    private Results() {}

    /** @param json its text */
    public static Result ok(String json) {
        return new Result(Outcome.OK, Payload.of(json));
    }

    /** It failed, and that is certain. */
    public static Result error(String why) {
        return new Result(Outcome.ERROR, Payload.of(why));
    }

    /**
     * It began, and nobody knows how it ended. Harmless where running it twice is: then it counts as failed. Otherwise a person has to
     * look.
     */
    public static Result unknown(boolean idempotent, String why) {
        return new Result(idempotent ? Outcome.ERROR : Outcome.IN_DOUBT, Payload.of(why));
    }

    public static Result cancelled() {
        return new Result(Outcome.CANCELLED, Payload.EMPTY);
    }

    public static String cut(String text, int chars) {
        if (text.length() <= chars) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(chars - 1)) ? chars - 1 : chars;
        return text.substring(0, end) + "...";
    }
}
