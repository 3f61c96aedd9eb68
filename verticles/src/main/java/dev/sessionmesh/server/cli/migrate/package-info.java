/** {@code mesh migrate}: moves live sessions to another cluster. */
@NullMarked
package dev.sessionmesh.server.cli.migrate;

import org.jspecify.annotations.NullMarked;
