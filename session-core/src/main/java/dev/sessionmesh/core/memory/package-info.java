/** The ports in this process's memory: what tests run against, and a single node that may forget. */
@NullMarked
package dev.sessionmesh.core.memory;

import org.jspecify.annotations.NullMarked;
