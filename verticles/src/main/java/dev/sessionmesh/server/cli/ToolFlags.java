package dev.sessionmesh.server.cli;

import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.ToolLimits;
import dev.sessionmesh.tool.file.ToolsFile;
import dev.sessionmesh.tool.file.ToolsFileException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The tools that agents may call on the server's side. */
final class ToolFlags {
    @Option(
            names = "--tools",
            paramLabel = "FILE",
            description =
                    "JSON with the MCP servers and HTTP tools that sessions may use, and who has to approve what; read once,"
                            + " at the start. Default: none.")
    private Optional<Path> tools = Optional.empty();

    NodeTools tools() {
        return tools.map(ToolFlags::read).orElse(NodeTools.NONE);
    }

    private static NodeTools read(Path path) {
        try {
            return ToolsFile.read(path, ToolLimits.DEFAULT);
        } catch (ToolsFileException problem) {
            throw new IllegalArgumentException("--tools " + path + ": " + problem.getMessage(), problem);
        }
    }
}
