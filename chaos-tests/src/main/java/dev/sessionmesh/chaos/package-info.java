/** What goes wrong on purpose: simulation, lab, checkers and drills. */
@NullMarked
package dev.sessionmesh.chaos;

import org.jspecify.annotations.NullMarked;
