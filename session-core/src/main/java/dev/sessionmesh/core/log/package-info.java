/** The log: token runs that can be cut at any seq, batches, positions and the running hash. */
@NullMarked
package dev.sessionmesh.core.log;

import org.jspecify.annotations.NullMarked;
