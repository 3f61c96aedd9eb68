package dev.sessionmesh.server.cli;

import picocli.CommandLine.Command;

/** The root of the command line; it does nothing by itself. */
@Command(
        name = "mesh",
        description = "Sessionmesh: durable agent sessions on a cluster.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND")
final class MeshCommand {}
