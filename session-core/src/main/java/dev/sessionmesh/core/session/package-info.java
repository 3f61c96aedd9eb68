/** A session as a state machine: {@code decide} turns commands into events, {@code evolve} events into state. */
@NullMarked
package dev.sessionmesh.core.session;

import org.jspecify.annotations.NullMarked;
