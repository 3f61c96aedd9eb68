package dev.sessionmesh.provider.scripted;

import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.provider.Talk;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Plays a script without waiting. */
record Rehearsal(List<Cue> cues) {
    static Rehearsal of(Script script, Talk talk) {
        return of(script.play(talk.request("", "t1")));
    }

    static Rehearsal of(Iterator<Cue> playing) {
        List<Cue> cues = new ArrayList<>();
        playing.forEachRemaining(cues::add);
        return new Rehearsal(cues);
    }

    List<String> pieces() {
        return cues.stream()
                .filter(Cue.Say.class::isInstance)
                .map(cue -> ((Cue.Say) cue).text())
                .toList();
    }

    String text() {
        return String.join("", pieces());
    }

    List<Cue.Call> calls() {
        return cues.stream()
                .filter(Cue.Call.class::isInstance)
                .map(Cue.Call.class::cast)
                .toList();
    }

    List<String> acknowledged() {
        return cues.stream()
                .filter(Cue.Acknowledge.class::isInstance)
                .map(cue -> ((Cue.Acknowledge) cue).steerId())
                .toList();
    }

    Provider.End end() {
        return ((Cue.Finish) cues.getLast()).end();
    }
}
