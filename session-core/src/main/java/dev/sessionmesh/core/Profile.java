package dev.sessionmesh.core;

import java.util.List;
import java.util.Map;

/**
 * What an agent is within a session.
 *
 * @param model {@code provider:model}, or a provider's name alone
 * @param instructions the agent's personality
 * @param memory what it should remember from before
 * @param tools its tool scope
 * @param metadata the application's own labels
 * @param inputPolicy what a new input does while a turn is running
 * @param budget what its turns may spend
 * @param ephemeral whether it never leaves the memory of the cluster: no archive keeps anything of it
 * @param retentionDays how long after its last event an archive keeps it while it sleeps; 0: as long as whoever runs the archive wants. It is never kept
 *     longer than that
 */
public record Profile(
        String model,
        String instructions,
        String memory,
        List<ToolSpec> tools,
        Map<String, String> metadata,
        InputPolicy inputPolicy,
        Budget budget,
        boolean ephemeral,
        int retentionDays) {
    public static final int RETENTION_DAYS_MAX = 36_500;

    public Profile {
        tools = List.copyOf(tools);
        metadata = Map.copyOf(metadata);
    }

    /** One that is archived where there is an archive, as long as that keeps it. */
    public Profile(
            String model,
            String instructions,
            String memory,
            List<ToolSpec> tools,
            Map<String, String> metadata,
            InputPolicy inputPolicy,
            Budget budget) {
        this(model, instructions, memory, tools, metadata, inputPolicy, budget, false, 0);
    }

    public static Profile ofModel(String model) {
        return new Profile(model, "", "", List.of(), Map.of(), InputPolicy.ENQUEUE, Budget.UNLIMITED);
    }
}
