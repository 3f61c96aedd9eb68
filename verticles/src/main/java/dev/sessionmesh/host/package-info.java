/** Where turns run: claims, leases, runners. */
@NullMarked
package dev.sessionmesh.host;

import org.jspecify.annotations.NullMarked;
