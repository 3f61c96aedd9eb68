/** Where sessions outlive the cluster, and how they go there, sleep there and come back. */
@NullMarked
package dev.sessionmesh.archive;

import org.jspecify.annotations.NullMarked;
