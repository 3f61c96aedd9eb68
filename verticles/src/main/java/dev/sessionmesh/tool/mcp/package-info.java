/** Tools of MCP servers, over Streamable HTTP. */
@NullMarked
package dev.sessionmesh.tool.mcp;

import org.jspecify.annotations.NullMarked;
