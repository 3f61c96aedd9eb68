/** How fast it is, with the command beside every number. */
@NullMarked
package dev.sessionmesh.bench;

import org.jspecify.annotations.NullMarked;
