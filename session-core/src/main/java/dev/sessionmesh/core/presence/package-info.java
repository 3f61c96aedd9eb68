/** Who is here: a replica per node, pure. What it tells others and shows is handed out, time is handed in. */
@NullMarked
package dev.sessionmesh.core.presence;

import org.jspecify.annotations.NullMarked;
