/** Who is here: the pure machine of {@code core.presence}, with a loop, a bus and a clock. */
@NullMarked
package dev.sessionmesh.presence;

import org.jspecify.annotations.NullMarked;
