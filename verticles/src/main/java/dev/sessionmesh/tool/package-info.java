/** Server-side tools: what the node was told of them, what a session may do with them, and how calls are carried out. */
@NullMarked
package dev.sessionmesh.tool;

import org.jspecify.annotations.NullMarked;
