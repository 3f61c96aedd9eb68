package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.core.presence.PresenceUpdate;
import dev.sessionmesh.core.session.Command;
import java.util.Optional;
import java.util.OptionalLong;

/** What a client sent. */
public sealed interface ClientFrame {
    /**
     * @param pos names the lineage of the log that the client saw
     * @param after the last seq it saw; with neither of the two it gets a snapshot
     * @param client the client id that it wants to keep
     * @param presence whether it wants to be told who is here
     * @param device the class of the device that it runs on; empty if it does not say
     */
    record Attach(
            String session,
            Optional<String> id,
            Optional<Position> pos,
            OptionalLong after,
            Optional<String> client,
            boolean presence,
            String device)
            implements ClientFrame {}

    /** @param session empty: the only one attached */
    record Detach(Optional<String> session, Optional<String> id) implements ClientFrame {}

    /**
     * @param session empty: the only one attached
     * @param id the command's idempotency key
     * @param bodyHash see {@link CommandHash}
     * @param trace the client's place in a trace, as {@link dev.sessionmesh.core.TraceParent} has it; empty if it gave none that is one
     */
    record Submit(Optional<String> session, Optional<String> id, Command command, long bodyHash, String trace)
            implements ClientFrame {}

    /**
     * What a tab says about itself; see {@link PresenceFrames}.
     *
     * @param watch whether it wants to be told who is here; empty: as before
     */
    record Presence(Optional<String> session, Optional<String> id, Optional<Boolean> watch, PresenceUpdate update)
            implements ClientFrame {}

    /** @param seq the session was read up to here */
    record Read(Optional<String> session, Optional<String> id, long seq) implements ClientFrame {}

    /** A newer token of the same user. */
    record Auth(String token, Optional<String> id) implements ClientFrame {
        @Override
        public String toString() {
            return "Auth[hidden]";
        }
    }

    record Ping(Optional<String> id) implements ClientFrame {}

    /**
     * It cannot be understood.
     *
     * @param message names the field
     * @param id what the error must carry, as far as it could be read
     */
    record Invalid(ErrorCode code, String message, Optional<String> id, Optional<String> session)
            implements ClientFrame {}
}
