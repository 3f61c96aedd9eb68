/** What happened in a run, as its clients saw it: commands, received events and what was done to the nodes. */
@NullMarked
package dev.sessionmesh.chaos.history;

import org.jspecify.annotations.NullMarked;
