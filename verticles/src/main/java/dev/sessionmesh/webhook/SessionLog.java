package dev.sessionmesh.webhook;

import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore.Slice;
import java.util.concurrent.CompletionStage;

/** Reads what is durable of a session's log; see {@link dev.sessionmesh.core.port.SessionStore#read}. */
@FunctionalInterface
public interface SessionLog {
    CompletionStage<Outcome<Slice>> read(SessionKey key, long after, int maxBytes);
}
