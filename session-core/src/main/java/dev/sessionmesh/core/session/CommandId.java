package dev.sessionmesh.core.session;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The idempotency key of a command. */
public sealed interface CommandId {
    Pattern FORM = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
    Pattern NUMBERED = Pattern.compile("(c-([0-9a-z]{6,10})-[0-9a-z]{6}):([1-9][0-9]{0,9})");

    /** Commands of the mesh itself: idempotent by what they say (an epoch, a batch number). */
    record None() implements CommandId {}

    /**
     * @param client issued by a server; carries the time of its issue
     * @param issuedAt that time, in epoch milliseconds
     * @param number 1, 2, 3 ... per session
     */
    record Numbered(String client, long issuedAt, long number) implements CommandId {}

    record FreeForm(String id) implements CommandId {}

    CommandId NONE = new None();

    /** The id as clients write it; empty for {@link None}. */
    default String text() {
        return switch (this) {
            case None() -> "";
            case Numbered(String client, long at, long number) -> client + ":" + number;
            case FreeForm(String id) -> id;
        };
    }

    static boolean isValid(String text) {
        return FORM.matcher(text).matches();
    }

    static CommandId parse(String text) {
        Matcher numbered = NUMBERED.matcher(text);
        return numbered.matches()
                ? new Numbered(
                        numbered.group(1), Long.parseLong(numbered.group(2), 36), Long.parseLong(numbered.group(3)))
                : new FreeForm(text);
    }

    /** A new client id; {@code random} makes it unique among those issued in the same millisecond. */
    static String newClient(long now, long random) {
        String suffix = "000000" + Long.toString(Math.floorMod(random, 2_176_782_336L), 36);
        return "c-" + Long.toString(now, 36) + "-" + suffix.substring(suffix.length() - 6);
    }
}
