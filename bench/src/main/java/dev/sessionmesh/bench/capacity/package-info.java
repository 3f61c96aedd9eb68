/** The arithmetic of docs/scale.md: from what was measured to how much a load needs. */
@NullMarked
package dev.sessionmesh.bench.capacity;

import org.jspecify.annotations.NullMarked;
