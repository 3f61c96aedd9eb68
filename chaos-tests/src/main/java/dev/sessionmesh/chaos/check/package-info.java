/** What a run must show, whatever was done to its nodes: each promise is one checker over the history and the final logs. */
@NullMarked
package dev.sessionmesh.chaos.check;

import org.jspecify.annotations.NullMarked;
