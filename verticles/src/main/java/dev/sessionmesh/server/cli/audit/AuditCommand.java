package dev.sessionmesh.server.cli.audit;

import picocli.CommandLine.Command;

/** {@code mesh audit}: what can be done with a session's chain of decisions away from the server. */
@Command(
        name = "audit",
        description = "Checks who decided what, offline.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = VerifyCommand.class)
public final class AuditCommand {}
