package dev.sessionmesh.webhook;

import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore.Slice;
import java.util.concurrent.CompletionStage;

/** What is durable of a session. */
public interface SessionLog {
    /** See {@link dev.sessionmesh.core.port.SessionStore#read}. */
    CompletionStage<Outcome<Slice>> read(SessionKey key, long after, int maxBytes);

    /** Has every copy confirm that the session exists; refused when they can't for the moment. */
    CompletionStage<Outcome<Long>> confirm(SessionKey key);
}
