/** The command line: options, where their values come from, and the commands. */
@NullMarked
package dev.sessionmesh.server.cli;

import org.jspecify.annotations.NullMarked;
