/** What is told of a session's way through the mesh, in traces and in lines of the log; who collects it is wired elsewhere. */
@NullMarked
package dev.sessionmesh.trace;

import org.jspecify.annotations.NullMarked;
