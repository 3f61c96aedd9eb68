/** Very many tabs on one thread, cheap enough never to be what is measured. */
@NullMarked
package dev.sessionmesh.bench.driver;

import org.jspecify.annotations.NullMarked;
