package dev.sessionmesh.archive;

import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Asks the node that answers for a session. */
public interface ArchiveBus {
    /** What is asked of it. */
    enum What {
        /** To have the session served. */
        WAKE,
        /** To have it archived up to a seq. */
        FLUSH,
        /** To have what is due done: it is served, or tended in its sleep. */
        LOOK,
        /** To have it erased if it sleeps and ends with this seq. */
        ERASE
    }

    record Question(What what, SessionKey key, long seq) {}

    /**
     * Asks a node. What could not be delivered or was not answered in time is refused as {@code unavailable}.
     *
     * @param node its incarnation
     */
    CompletionStage<Outcome<Boolean>> ask(String node, Question question);

    /** Answers the others from now on; may be called again when it failed. */
    CompletionStage<?> answer(Function<Question, CompletionStage<Outcome<Boolean>>> answers);
}
