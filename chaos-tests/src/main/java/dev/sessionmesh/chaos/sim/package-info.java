/**
 * The deterministic simulator: nodes made of the production code in one thread, on a clock, a bus and a grid of copies that fail as a
 * seed says. The same seed always gives the same run.
 */
@NullMarked
package dev.sessionmesh.chaos.sim;

import org.jspecify.annotations.NullMarked;
