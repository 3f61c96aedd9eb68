/** The processes under load: started, pinned to processors, looked into and ended. */
@NullMarked
package dev.sessionmesh.bench.lab;

import org.jspecify.annotations.NullMarked;
