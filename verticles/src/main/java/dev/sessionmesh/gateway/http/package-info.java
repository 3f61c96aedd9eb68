/** The HTTP side of a node: the API, a stream for clients without WebSockets, health, and the console's files. */
@NullMarked
package dev.sessionmesh.gateway.http;

import org.jspecify.annotations.NullMarked;
