/** How nodes find each other, when they trust each other, and what they refuse to start with. */
@NullMarked
package dev.sessionmesh.cluster;

import org.jspecify.annotations.NullMarked;
