/** Sessions in a Hazelcast map: one entry each, changed by entry processors only. */
@NullMarked
package dev.sessionmesh.store.hazelcast;

import org.jspecify.annotations.NullMarked;
