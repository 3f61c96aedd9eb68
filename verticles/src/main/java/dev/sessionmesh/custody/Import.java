package dev.sessionmesh.custody;

import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.session.State;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** An exported session on its way in. To be fed with one part after the other, each when the one before was taken, and closed in any case. */
public interface Import extends AutoCloseable {
    /** Of a file at most. */
    long BYTES_MOST = 128L << 20;

    /** Refused as soon as something does not fit. */
    CompletionStage<Outcome<Boolean>> feed(Buffer some);

    /**
     * Has the session served, if all of it fits.
     *
     * @param id under which it is to be; empty: the one that it had
     */
    CompletionStage<Outcome<State>> finish(Optional<String> id);

    @Override
    void close();
}
