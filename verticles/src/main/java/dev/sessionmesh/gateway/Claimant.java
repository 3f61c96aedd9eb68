package dev.sessionmesh.gateway;

import dev.sessionmesh.core.session.Command;

/**
 * As whom a tab executes front-end tools: by the client id that it was given, which it keeps across reconnects, whatever it says itself.
 *
 * @param device the class of its device; empty if it did not say
 */
record Claimant(String client, String device) {
    static final Claimant NOBODY = new Claimant("", "");

    /** The command as this tab's. */
    Command sign(Command command) {
        return switch (command) {
            case Command.ClaimTool claim -> new Command.ClaimTool(claim.callId(), client, device);
            case Command.BeatTool beat -> new Command.BeatTool(beat.callId(), client);
            case Command.ReleaseTool release -> new Command.ReleaseTool(release.callId(), client);
            case Command.ToolResult result ->
                new Command.ToolResult(result.callId(), result.ok(), result.result(), client);
            default -> command;
        };
    }
}
