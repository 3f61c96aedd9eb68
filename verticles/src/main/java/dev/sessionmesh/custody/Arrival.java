package dev.sessionmesh.custody;

import dev.sessionmesh.codec.ArchiveCodec.Snapshot;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Where a session that was somewhere else comes into the memory of the cluster. */
@FunctionalInterface
public interface Arrival {
    /**
     * Has it served, with all that belongs to it; where a session of this name is, or was, nothing happens.
     *
     * @param blobs in UTF-8, by their hashes
     * @return whether this very session is there now; {@code session_deleted} where one was
     */
    CompletionStage<Outcome<Boolean>> arrive(
            SessionKey key, Snapshot snapshot, List<EventBatch> log, Map<String, byte[]> blobs);
}
