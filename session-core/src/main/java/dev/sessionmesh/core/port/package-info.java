/** What the heart asks of the world: a store, a model provider, permission. */
@NullMarked
package dev.sessionmesh.core.port;

import org.jspecify.annotations.NullMarked;
