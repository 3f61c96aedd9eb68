package dev.sessionmesh.custody;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which sessions of a tenant are looked for: those that meet all conditions, the most recently changed first.
 *
 * @param participant who said something in it
 * @param state of its current turn, in the words of the wire; {@code idle} when there is none
 * @param labels of its profile's metadata
 * @param asleep whether it is in no memory
 * @param from earliest last change, in epoch milliseconds
 * @param until latest last change
 */
public record Search(
        String tenant,
        Optional<String> participant,
        Optional<String> state,
        Map<String, String> labels,
        Optional<Boolean> asleep,
        long from,
        long until) {
    public Search {
        labels = Map.copyOf(labels);
    }

    /** The same text for the same search, and another one for every other. */
    String canonical() {
        StringBuilder text = new StringBuilder();
        part(text, tenant);
        part(text, participant.orElse(""));
        part(text, state.orElse(""));
        part(text, asleep.map(String::valueOf).orElse(""));
        part(text, Long.toString(from));
        part(text, Long.toString(until));
        new TreeMap<>(labels).forEach((name, value) -> {
            part(text, name);
            part(text, value);
        });
        return text.toString();
    }

    private static void part(StringBuilder text, String part) {
        text.append(part.length()).append(':').append(part);
    }
}
