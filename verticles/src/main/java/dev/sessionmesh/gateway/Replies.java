package dev.sessionmesh.gateway;

import dev.sessionmesh.codec.json.ServerJson;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.telemetry.metrics.CounterOf;
import java.util.Map;
import java.util.Optional;

/**
 * What a connection answers that is no event: to commands, and about itself.
 *
 * @param answered counts the errors
 */
record Replies(TabChannel client, CounterOf<ErrorCode> answered) {
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
        answered.increment(code);
        send(ServerJson.error(code, message, id, session, Map.of(), retryAfterMillis));
    }

    void refuse(Outcome.Refused<?> refused, Optional<String> id, Optional<String> session) {
        answered.increment(refused.code());
        send(ServerJson.error(refused.code(), refused.message(), id, session, refused.details(), 0));
    }
}
