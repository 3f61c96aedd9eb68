/** Where clients connect: tabs as cursors over a session's feed. */
@NullMarked
package dev.sessionmesh.gateway;

import org.jspecify.annotations.NullMarked;
