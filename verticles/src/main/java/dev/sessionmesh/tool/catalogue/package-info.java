/** Which tools a session's agent has: what the session asks for, completed and tightened by what the node was told. */
@NullMarked
package dev.sessionmesh.tool.catalogue;

import org.jspecify.annotations.NullMarked;
