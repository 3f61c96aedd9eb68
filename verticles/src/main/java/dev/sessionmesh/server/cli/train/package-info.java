/** The training run, from which the JVM's start cache is made. */
@NullMarked
package dev.sessionmesh.server.cli.train;

import org.jspecify.annotations.NullMarked;
