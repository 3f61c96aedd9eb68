/** Who comes in, and what he may do: tokens, keys of back ends, tickets, and their revocation. */
@NullMarked
package dev.sessionmesh.access;

import org.jspecify.annotations.NullMarked;
