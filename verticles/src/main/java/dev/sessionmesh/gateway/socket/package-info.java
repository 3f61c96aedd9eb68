/**
 * Frames onto WebSockets, as cheaply as the machine allows, and everything else that is about the socket layer. The only
 * package that knows Netty and the insides of Vert.x.
 */
@NullMarked
package dev.sessionmesh.gateway.socket;

import org.jspecify.annotations.NullMarked;
