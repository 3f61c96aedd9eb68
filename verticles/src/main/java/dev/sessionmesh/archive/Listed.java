package dev.sessionmesh.archive;

import dev.sessionmesh.core.SessionKey;
import java.util.Map;
import java.util.Set;

/**
 * What a session is found by.
 *
 * @param users names of the people who took part
 * @param state of its current turn, in the words of the wire; {@code idle} when there is none
 * @param labels the application's own
 * @param createdAt in epoch milliseconds
 * @param updatedAt time of its last event, in epoch milliseconds
 * @param head its last seq
 * @param asleep whether it is in no memory
 */
public record Listed(
        SessionKey key,
        Set<String> users,
        String state,
        Map<String, String> labels,
        long createdAt,
        long updatedAt,
        long head,
        boolean asleep) {
    public Listed {
        users = Set.copyOf(users);
        labels = Map.copyOf(labels);
    }
}
