/** Event loops and time, as the rooms see them: one small port, so that a simulation can stand in for Vert.x. */
@NullMarked
package dev.sessionmesh.loop;

import org.jspecify.annotations.NullMarked;
