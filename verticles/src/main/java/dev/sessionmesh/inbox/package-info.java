/** How events reach the nodes that want them: a node's feeds, its links to other nodes, and its door to sessions. */
@NullMarked
package dev.sessionmesh.inbox;

import org.jspecify.annotations.NullMarked;
