package dev.sessionmesh.core.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Profile;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One row of a table of rules: given some acts, when one more happens, then this follows. */
record Scenario(String name, Limits limits, Profile profile, List<Act> given, List<Act> when, Expected expected) {

    sealed interface Expected {
        record Events(List<Event> events) implements Expected {}

        record Repetition(long from, long to) implements Expected {}

        record Refusal(ErrorCode code, Map<String, String> details) implements Expected {}
    }

    static Scenario scenario(String name) {
        return new Scenario(name, Limits.DEFAULT, Words.PROFILE, List.of(), List.of(), new Expected.Events(List.of()));
    }

    Scenario under(Limits other) {
        return new Scenario(name, other, profile, given, when, expected);
    }

    Scenario of(Profile other) {
        return new Scenario(name, limits, other, given, when, expected);
    }

    Scenario given(Act... acts) {
        List<Act> all = Stream.concat(given.stream(), Stream.of(acts)).toList();
        return new Scenario(name, limits, profile, all, when, expected);
    }

    Scenario when(Act act) {
        return new Scenario(name, limits, profile, given, List.of(act), expected);
    }

    Scenario then(Event... events) {
        return expecting(new Expected.Events(List.of(events)));
    }

    Scenario thenNothing() {
        return expecting(new Expected.Events(List.of()));
    }

    Scenario thenRepeats(long from, long to) {
        return expecting(new Expected.Repetition(from, to));
    }

    Scenario thenRefused(ErrorCode code) {
        return expecting(new Expected.Refusal(code, Map.of()));
    }

    Scenario thenRefused(ErrorCode code, Map<String, String> details) {
        return expecting(new Expected.Refusal(code, details));
    }

    private Scenario expecting(Expected other) {
        return new Scenario(name, limits, profile, given, when, other);
    }

    void check() {
        Primary primary = new Primary(limits, profile);
        given.forEach(act -> assertInstanceOf(Decision.Accepted.class, primary.submit(act), act::toString));
        State before = primary.state();
        Decision decision = primary.submit(when.getFirst());
        switch (expected) {
            case Expected.Events(List<Event> events) ->
                assertEquals(new Decision.Accepted(events), decision, "decision");
            case Expected.Repetition(long from, long to) -> {
                assertEquals(new Decision.Duplicate(from, to), decision);
                assertEquals(before, primary.state(), "a repetition changes nothing");
            }
            case Expected.Refusal(ErrorCode code, Map<String, String> details) -> {
                Decision.Refused refused = assertInstanceOf(Decision.Refused.class, decision);
                assertEquals(code, refused.code(), refused::message);
                assertEquals(details, refused.details());
                assertEquals(before, primary.state(), "a refusal changes nothing");
            }
        }
        assertEquals(primary.state(), primary.backup(), "the backup equals the primary");
    }

    @Override
    public String toString() {
        return name;
    }
}
