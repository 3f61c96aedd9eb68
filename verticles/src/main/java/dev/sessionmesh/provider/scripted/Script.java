package dev.sessionmesh.provider.scripted;

import dev.sessionmesh.core.port.Provider;
import java.util.Iterator;
import java.util.List;

/**
 * A model that is a pure function: the same request gives the same cues on every node, and the cues of a resumed request are those
 * that the interrupted one had not come to.
 */
interface Script {
    Iterator<Cue> play(Provider.Request request);

    /** What remains of a plan when the text so far was said. */
    static Iterator<Cue> behind(String said, List<Cue> plan) {
        return Remainder.of(said, plan).iterator();
    }

    static Iterator<Cue> failed(String code, String reason) {
        Cue end = new Cue.Finish(new Provider.End.Failed(code, reason));
        return List.of(end).iterator();
    }
}
