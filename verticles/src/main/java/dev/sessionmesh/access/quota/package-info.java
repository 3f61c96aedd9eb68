/** How much of a node a tenant and an address may use, so that nobody's flood is another's outage. */
@NullMarked
package dev.sessionmesh.access.quota;

import org.jspecify.annotations.NullMarked;
