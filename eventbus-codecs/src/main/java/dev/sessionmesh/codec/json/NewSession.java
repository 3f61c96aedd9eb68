package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.Profile;
import java.util.Optional;
import java.util.Set;

/**
 * A request for a session.
 *
 * @param id empty: any new one
 * @param given the fields that were given; the others are defaults and contradict nothing
 */
public record NewSession(Optional<String> id, Profile profile, Set<String> given) {
    public NewSession {
        given = Set.copyOf(given);
    }

    /** The first given field in which a session that exists differs. */
    public Optional<String> contradiction(Profile existing) {
        return given.stream().sorted().filter(field -> differs(field, existing)).findFirst();
    }

    private boolean differs(String field, Profile existing) {
        return switch (field) {
            case "model" -> !profile.model().equals(existing.model());
            case "instructions" -> !profile.instructions().equals(existing.instructions());
            case "memory" -> !profile.memory().equals(existing.memory());
            case "tools" -> !profile.tools().equals(existing.tools());
            case "metadata" -> !profile.metadata().equals(existing.metadata());
            case "inputPolicy" -> profile.inputPolicy() != existing.inputPolicy();
            case "budget" -> !profile.budget().equals(existing.budget());
            case "ephemeral" -> profile.ephemeral() != existing.ephemeral();
            case "retentionDays" -> profile.retentionDays() != existing.retentionDays();
            default -> false;
        };
    }
}
