/** A cluster of real node processes on this machine: started, killed, frozen, restarted, and never left behind. */
@NullMarked
package dev.sessionmesh.chaos.lab;

import org.jspecify.annotations.NullMarked;
