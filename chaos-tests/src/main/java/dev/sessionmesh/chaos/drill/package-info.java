/** Drills: a real cluster under load loses nodes, and the report says what its clients saw and how long it took. */
@NullMarked
package dev.sessionmesh.chaos.drill;

import org.jspecify.annotations.NullMarked;
