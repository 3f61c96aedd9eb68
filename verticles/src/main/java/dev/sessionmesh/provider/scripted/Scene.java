package dev.sessionmesh.provider.scripted;

import java.util.List;

/**
 * One step of a story: what is said, and then the tool call that it leads to; without one the story is over.
 */
record Scene(String prose, List<Cue> closing) {
    static Scene of(String prose) {
        return new Scene(prose.strip(), List.of());
    }

    static Scene of(String prose, Cue.Call call) {
        return new Scene(prose.strip(), List.of(call));
    }
}
