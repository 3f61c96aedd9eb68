/** {@code mesh demo}: nodes as processes of this machine, and a loopback door through which the page kills and starts them. */
@NullMarked
package dev.sessionmesh.server.cli.demo;

import org.jspecify.annotations.NullMarked;
