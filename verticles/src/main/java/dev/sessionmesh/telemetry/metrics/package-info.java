/** What a node measures of itself, and how it is read: meters that the catalogue knows, and no others. Knows no other room. */
@NullMarked
package dev.sessionmesh.telemetry.metrics;

import org.jspecify.annotations.NullMarked;
