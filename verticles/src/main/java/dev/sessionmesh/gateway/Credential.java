package dev.sessionmesh.gateway;

import dev.sessionmesh.codec.json.ClientFrame;
import dev.sessionmesh.codec.json.ServerJson;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.gateway.http.Identity;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is at the other end of a connection, which a newer token may renew but not change. */
final class Credential {
    private static final Logger LOG = LoggerFactory.getLogger(Credential.class);

    private final Identity identity;
    private final Replies replies;
    private Identity.Caller caller;

    Credential(Identity identity, Identity.Caller caller, Replies replies) {
        this.identity = identity;
        this.caller = caller;
        this.replies = replies;
    }

    Identity.Caller caller() {
        return caller;
    }

    /** Completes when the client has its answer, whichever it is. */
    Future<?> renew(ClientFrame.Auth auth) {
        return identity.renew(caller, auth.token()).transform(done -> {
            if (done.failed()) {
                LOG.error("a token could not be renewed", done.cause());
                replies.refuse(ErrorCode.INTERNAL, "the token could not be checked", auth.id());
            } else {
                switch (done.result()) {
                    case Outcome.Done<Identity.Caller>(Identity.Caller renewed) -> {
                        caller = renewed;
                        replies.send(ServerJson.authenticated(auth.id(), renewed.expiresInMs()));
                    }
                    case Outcome.Refused<Identity.Caller> refused ->
                        replies.refuse(refused.code(), refused.message(), auth.id());
                }
            }
            return Future.succeededFuture();
        });
    }
}
