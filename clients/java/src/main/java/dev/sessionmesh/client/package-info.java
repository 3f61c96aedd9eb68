/**
 * A small client of a session mesh: {@link dev.sessionmesh.client.SessionmeshClient} opens {@linkplain
 * dev.sessionmesh.client.Tab tabs} that follow a session across reconnects, nodes and failovers, without a gap and without a
 * duplicate. It speaks the native protocol, version 1 (docs/protocol.md).
 */
@NullMarked
package dev.sessionmesh.client;

import org.jspecify.annotations.NullMarked;
