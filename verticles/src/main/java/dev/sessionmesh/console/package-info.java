/** What an operator sees of the whole cluster, whichever node he asks: each node is asked over the event bus. */
@NullMarked
package dev.sessionmesh.console;

import org.jspecify.annotations.NullMarked;
