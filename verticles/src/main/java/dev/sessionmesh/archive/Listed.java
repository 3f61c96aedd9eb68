package dev.sessionmesh.archive;

import dev.sessionmesh.core.SessionKey;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
 * @param bytes that its log takes in the archive; 0 while it is not known, as of most that are awake
 */
public record Listed(
        SessionKey key,
        Set<String> users,
        String state,
        Map<String, String> labels,
        long createdAt,
        long updatedAt,
        long head,
        boolean asleep,
        long bytes) {
    public Listed {
        users = Set.copyOf(users);
        labels = Map.copyOf(labels);
    }

    private static final int USERS = 64;

    /** One of which nobody knows how much its log takes. */
    public Listed(
            SessionKey key,
            Set<String> users,
            String state,
            Map<String, String> labels,
            long createdAt,
            long updatedAt,
            long head,
            boolean asleep) {
        this(key, users, state, labels, createdAt, updatedAt, head, asleep, 0);
    }

    /** With the people of whom was known before, up to 64 of them: whoever took part, did. */
    public Listed knowing(Optional<Listed> before) {
        Set<String> all = new LinkedHashSet<>(before.map(Listed::users).orElse(Set.of()));
        all.addAll(users);
        Set<String> some = all.stream().limit(USERS).collect(Collectors.toSet());
        return new Listed(key, some, state, labels, createdAt, updatedAt, head, asleep, bytes);
    }
}
