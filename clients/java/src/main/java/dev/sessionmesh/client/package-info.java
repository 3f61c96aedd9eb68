/**
 * A small client of a session mesh: {@link dev.sessionmesh.client.SessionmeshClient} opens {@linkplain
 * dev.sessionmesh.client.Tab tabs} that follow a session across reconnects, nodes and failovers, without a gap and without a
 * duplicate, and {@linkplain dev.sessionmesh.client.InboxFeed inboxes} that tell what waits for a person. {@link
 * dev.sessionmesh.client.SessionmeshHttp} and {@link dev.sessionmesh.client.SessionmeshAdmin} are plain requests. It speaks the native
 * protocol, version 1 (docs/protocol.md).
 */
@NullMarked
package dev.sessionmesh.client;

import org.jspecify.annotations.NullMarked;
