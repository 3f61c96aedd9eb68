package dev.sessionmesh.core.port;

import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.State;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * Where sessions live. The contract, which every implementation is tested against:
 *
 * <ul>
 *   <li><b>One order.</b> Commands of a session are decided one after the other against its latest state; their events get
 *       contiguous seqs from 1.
 *   <li><b>Durable before told.</b> {@link #submit} answers only when the change is on every configured copy; readers never see an
 *       event before that. A refusal leaves no trace.
 *   <li><b>Once.</b> A command is executed at most once per id, also when the store itself had to retry it.
 *   <li><b>Long payloads lie apart.</b> What is longer than {@link Limits#inlineBytes} is stored as a blob of the session, on as many
 *       copies, before the event that refers to it. A command that would be refused stores none. A session has at most
 *       {@link Limits#blobBytesPerSession} of them, each content counted once; they end with it.
 *   <li><b>Away is not absent.</b> {@code session_not_found} means that it does not exist; data out of reach is
 *       {@code unavailable}; a deleted session is {@code session_deleted} for ever.
 *   <li><b>Interest is of one instant.</b> The subscribers in an {@link Appended} are those that had attached before its events; the
 *       head in an {@link Attached} is the last event the subscriber will not be sent.
 * </ul>
 *
 * Stages complete on a thread of the store's choosing; callers hop to their own.
 */
public interface SessionStore {
    CompletionStage<Outcome<Created>> create(SessionKey key, Profile profile, long at);

    /** As {@link #create}, under an id that was made up just now: nobody need be asked whether there ever was such a session. */
    default CompletionStage<Outcome<Created>> createUnderNewId(SessionKey key, Profile profile, long at) {
        return create(key, profile, at);
    }

    CompletionStage<Outcome<Appended>> submit(Envelope envelope);

    /**
     * Events behind {@code after}, oldest first, at least one batch when there is any.
     *
     * @param maxBytes where to stop, roughly
     */
    CompletionStage<Outcome<Slice>> read(SessionKey key, long after, int maxBytes);

    /**
     * The UTF-8 bytes of a payload that an event refers to; {@code blob_not_found} when the session has none of this name.
     *
     * @param hash see {@link dev.sessionmesh.core.Payload.Blob}
     */
    CompletionStage<Outcome<byte[]>> blob(SessionKey key, String hash);

    /** The durable control state. */
    CompletionStage<Outcome<State>> view(SessionKey key);

    /** Declares that a node wants the events that follow. */
    CompletionStage<Outcome<Attached>> attach(SessionKey key, Subscriber subscriber);

    /** Withdraws exactly that declaration; a newer one of the same node stays. */
    CompletionStage<Outcome<Boolean>> detach(SessionKey key, Subscriber subscriber);

    CompletionStage<Outcome<Boolean>> delete(SessionKey key);

    /** Session ids of a tenant in ascending order, behind {@code after}. */
    CompletionStage<Outcome<List<String>>> list(String tenant, String after, int limit, Predicate<String> shown);

    /** @param fresh whether this call made it */
    record Created(State state, boolean fresh) {}

    /**
     * @param from first seq of the command's events; 0 when it has none or a repetition's are no longer known
     * @param batch the events; empty for a repetition that is no longer in reach
     * @param duplicate whether the command had been executed before
     * @param degraded whether fewer copies than configured hold it for the moment
     */
    record Appended(
            long from, long to, EventBatch batch, boolean duplicate, boolean degraded, List<Subscriber> subscribers) {}

    /** @param head the last durable seq at the time of the read */
    record Slice(List<EventBatch> batches, long head) {}

    record Attached(State state) {}

    /**
     * @param node incarnation of the node
     * @param generation grows with every declaration of that node for that session
     */
    record Subscriber(String node, long generation) {}
}
