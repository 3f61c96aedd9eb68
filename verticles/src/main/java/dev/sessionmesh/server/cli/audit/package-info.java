/** {@code mesh audit}: holds a session's chain of decisions against itself, offline. */
@NullMarked
package dev.sessionmesh.server.cli.audit;

import org.jspecify.annotations.NullMarked;
