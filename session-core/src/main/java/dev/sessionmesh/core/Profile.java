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
 */
public record Profile(
        String model,
        String instructions,
        String memory,
        List<ToolSpec> tools,
        Map<String, String> metadata,
        InputPolicy inputPolicy,
        Budget budget,
        boolean ephemeral) {

    public Profile {
        tools = List.copyOf(tools);
        metadata = Map.copyOf(metadata);
    }

    /** One that is archived where there is an archive. */
    public Profile(
            String model,
            String instructions,
            String memory,
            List<ToolSpec> tools,
            Map<String, String> metadata,
            InputPolicy inputPolicy,
            Budget budget) {
        this(model, instructions, memory, tools, metadata, inputPolicy, budget, false);
    }

    public static Profile ofModel(String model) {
        return new Profile(model, "", "", List.of(), Map.of(), InputPolicy.ENQUEUE, Budget.UNLIMITED);
    }
}
