package dev.sessionmesh.gateway;

import dev.sessionmesh.codec.json.ServerJson;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import java.util.Map;
import java.util.Optional;

/** What a connection answers that is no event: to commands, and about itself. */
record Replies(TabChannel client) {
    void send(byte[] json) {
        client.send(WireFrame.signal(json));
    }

    void refuse(ErrorCode code, String message, Optional<String> id) {
        refuse(code, message, id, Optional.empty());
    }

    void refuse(ErrorCode code, String message, Optional<String> id, Optional<String> session) {
        refuse(code, message, id, session, 0);
    }

    void refuse(ErrorCode code, String message, Optional<String> id, Optional<String> session, long retryAfterMillis) {
        send(ServerJson.error(code, message, id, session, Map.of(), retryAfterMillis));
    }

    void refuse(Outcome.Refused<?> refused, Optional<String> id, Optional<String> session) {
        send(ServerJson.error(refused.code(), refused.message(), id, session, refused.details(), 0));
    }
}
