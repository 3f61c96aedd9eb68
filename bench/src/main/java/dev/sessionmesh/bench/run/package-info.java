/** The benchmarks, a class each. */
@NullMarked
package dev.sessionmesh.bench.run;

import org.jspecify.annotations.NullMarked;
