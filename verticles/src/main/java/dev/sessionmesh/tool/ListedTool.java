package dev.sessionmesh.tool;

/**
 * A tool of an MCP server, as that describes it.
 *
 * @param parameters JSON Schema, as JSON text
 * @param repeatable whether the server says that running it twice does no more than running it once
 */
public record ListedTool(String name, String description, String parameters, boolean repeatable) {}
