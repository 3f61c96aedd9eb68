/** The JSON that clients see and send: frames, profiles and session documents, as docs/protocol.md defines them. */
@NullMarked
package dev.sessionmesh.codec.json;

import org.jspecify.annotations.NullMarked;
