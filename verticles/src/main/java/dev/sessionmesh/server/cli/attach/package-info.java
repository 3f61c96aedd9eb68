/** {@code mesh attach}: a tab in the terminal. */
@NullMarked
package dev.sessionmesh.server.cli.attach;

import org.jspecify.annotations.NullMarked;
