package dev.sessionmesh.provider.scripted;

import dev.sessionmesh.core.port.Provider;
import java.util.ArrayList;
import java.util.List;

/** Cuts off the part of a plan that was said before. */
final class Remainder {
    private Remainder() {}

    static List<Cue> of(String said, List<Cue> plan) {
        List<Cue> rest = new ArrayList<>(plan.size());
        int at = 0;
        for (Cue cue : plan) {
            if (cue instanceof Cue.Say(String text, long delay) && at < said.length()) {
                int known = Math.min(text.length(), said.length() - at);
                if (!said.regionMatches(at, text, 0, known)) {
                    return unrelated();
                }
                at += known;
                if (known < text.length()) {
                    rest.add(new Cue.Say(text.substring(known), delay));
                }
            } else {
                rest.add(cue);
            }
        }
        return at < said.length() ? unrelated() : rest;
    }

    /** The text is of another script, or of another version of this one: to go on would be to make a salad of both. */
    private static List<Cue> unrelated() {
        return List.of(new Cue.Finish(
                new Provider.End.Failed("not_resumable", "what was said so far does not belong to this script")));
    }
}
