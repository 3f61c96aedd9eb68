package dev.sessionmesh.provider.openai;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import io.vertx.core.Future;

/** Finds the text of a payload that is too long to be in the log itself. */
@FunctionalInterface
public interface Blobs {
    Future<String> read(SessionKey key, Payload.Blob blob);
}
