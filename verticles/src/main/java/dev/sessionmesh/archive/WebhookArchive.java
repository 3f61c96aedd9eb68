package dev.sessionmesh.archive;

import dev.sessionmesh.core.SessionKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What the archive keeps of webhooks, which belong to a cluster and not to all that share the archive. It knows texts, not what they mean. The contract:
 *
 * <ul>
 *   <li><b>Nothing old over something new.</b> Whoever writes a tenant's webhooks draws a {@link #number} first and reads them then: what is written under a
 *       larger number has seen all that came before, and nothing is written over it under a smaller one.
 *   <li><b>Cursors are their session's.</b> Only who holds the session writes them, and they go when it is deleted.
 *   <li><b>Untold until told.</b> Sessions are listed before something is archived that a webhook may have to be told of, so that it is found when no memory
 *       is left that knows of it.
 * </ul>
 *
 * Stages complete on a thread of the archive's choosing, and fail with an {@link ArchiveException}.
 */
public interface WebhookArchive {
    /** For who is about to read a tenant's webhooks and to write them; larger than all before it. */
    CompletionStage<Long> number(String cluster, String tenant);

    /**
     * Puts what there is in the place of what was.
     *
     * @param number drawn before the webhooks were read
     * @param webhooks by id; empty when there are none
     * @param replicated as in {@link Write}
     * @return {@code false} when somebody who drew later has written, which has all of this
     */
    CompletionStage<Boolean> put(
            String cluster, String tenant, long number, Map<String, String> webhooks, boolean replicated);

    /** By id. */
    CompletionStage<Map<String, String>> webhooks(String cluster, String tenant);

    /** Tenants that have or had webhooks, in ascending order. */
    CompletionStage<List<String>> tenants(String cluster, String after, int limit);

    /**
     * Where webhooks stand in a session.
     *
     * @param cursors by the webhook's id
     * @param all whether there are no others; otherwise those that are not named stay
     * @return whether they were written: only if the holder holds the session
     */
    CompletionStage<Boolean> putCursors(Holder holder, SessionKey key, Map<String, String> cursors, boolean all);

    /** By the webhook's id; empty where there is no such session. */
    CompletionStage<Map<String, String>> cursors(SessionKey key);

    /** Lists a session in which webhooks may have to be told of something, unless it was deleted. */
    CompletionStage<Void> untold(String cluster, SessionKey key);

    /** Takes it from the list. */
    CompletionStage<Void> told(String cluster, SessionKey key);

    /**
     * Those that are listed, in the order of their names.
     *
     * @param bucket 0 to {@link Archive#BUCKETS} - 1; a session is always in the same one, {@link Archive#bucketOf}
     */
    CompletionStage<List<SessionKey>> untold(String cluster, int bucket, Optional<SessionKey> after, int limit);
}
