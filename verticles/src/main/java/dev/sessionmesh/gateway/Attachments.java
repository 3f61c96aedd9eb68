package dev.sessionmesh.gateway;

import dev.sessionmesh.codec.json.ServerJson;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.trace.About;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions that one connection follows. */
final class Attachments {
    private static final Logger LOG = LoggerFactory.getLogger(Attachments.class);

    private final Hub hub;
    private final TabChannel channel;
    private final Credential credential;
    private final Replies replies;
    private final Attendances attendances;
    private final Map<SessionKey, Tab> tabs = new LinkedHashMap<>();
    private final Map<SessionKey, Claimant> claimants = new HashMap<>();
    private boolean closed;

    Attachments(Hub hub, TabChannel channel, Credential credential, Replies replies, Attendances attendances) {
        this.hub = hub;
        this.channel = channel;
        this.credential = credential;
        this.replies = replies;
        this.attendances = attendances;
    }

    /** Completes when the client has its answer, whichever it is. */
    Future<?> attach(String session, Hub.Begin begin, Attendances.Wish wish, Optional<String> id) {
        Optional<SessionKey> named = key(session);
        if (named.isEmpty()) {
            return refused(ErrorCode.SESSION_NOT_FOUND, "no such session", id);
        }
        SessionKey key = named.get();
        forgetEnded();
        if (tabs.containsKey(key)) {
            return refused(ErrorCode.ALREADY_ATTACHED, "attached to " + session + " already", id);
        }
        int most = hub.limits().sessionsPerConnection();
        if (tabs.size() >= most) {
            return refused(ErrorCode.TOO_MANY_SESSIONS, "at most " + most + " sessions", id);
        }
        return hub.attach(credential.caller().access(), key, begin, channel).transform(done -> {
            if (done.failed()) {
                About.of(key).error(LOG).setCause(done.cause()).log("session could not be attached");
                replies.refuse(ErrorCode.INTERNAL, "the session could not be attached", id, Optional.of(session));
            } else {
                attached(key, done.result(), wish, id);
            }
            return Future.succeededFuture();
        });
    }

    private Future<?> refused(ErrorCode code, String message, Optional<String> id) {
        replies.refuse(code, message, id);
        return Future.succeededFuture();
    }

    private void attached(SessionKey key, Outcome<Hub.Attachment> outcome, Attendances.Wish wish, Optional<String> id) {
        switch (outcome) {
            case Outcome.Done<Hub.Attachment>(Hub.Attachment attachment) -> {
                if (closed) {
                    attachment.tab().close();
                } else if (!mayRead(key)) {
                    attachment.tab().close();
                    replies.refuse(ErrorCode.FORBIDDEN, "not granted: read", id, Optional.of(key.id()));
                } else {
                    tabs.put(key, attachment.tab());
                    claimants.put(key, new Claimant(attachment.client(), wish.device()));
                    attachment.tab().start(attachment.answer());
                    attendances.arrive(key, attachment.tab(), wish);
                }
            }
            case Outcome.Refused<Hub.Attachment> refused -> replies.refuse(refused, id, Optional.of(key.id()));
        }
    }

    /** As whom the connection's tab in an attached session executes front-end tools. */
    Claimant claimant(SessionKey key) {
        return claimants.getOrDefault(key, Claimant.NOBODY);
    }

    void detach(SessionKey key) {
        Optional.ofNullable(tabs.remove(key)).ifPresent(Tab::close);
        replies.send(ServerJson.detached(key));
    }

    /** The attached session that is meant; empty after the client was told that there is none. */
    Optional<SessionKey> target(Optional<String> session, Optional<String> id) {
        forgetEnded();
        if (session.isPresent()) {
            Optional<SessionKey> named = key(session.get()).filter(tabs::containsKey);
            if (named.isEmpty()) {
                replies.refuse(ErrorCode.NOT_ATTACHED, "attach to " + session.get() + " first", id, session);
            }
            return named;
        }
        if (tabs.size() == 1) {
            return Optional.of(tabs.keySet().iterator().next());
        }
        if (tabs.isEmpty()) {
            replies.refuse(ErrorCode.NOT_ATTACHED, "attach to a session first", id);
        } else {
            replies.refuse(ErrorCode.AMBIGUOUS_SESSION, tabs.size() + " sessions are attached: name one", id);
        }
        return Optional.empty();
    }

    /** Ends the tabs whose sessions the caller may not read any more. */
    void endForbidden() {
        for (SessionKey key : List.copyOf(tabs.keySet())) {
            if (!mayRead(key)) {
                Optional.ofNullable(tabs.remove(key)).ifPresent(Tab::close);
                replies.refuse(ErrorCode.FORBIDDEN, "not granted: read", Optional.empty(), Optional.of(key.id()));
                replies.send(ServerJson.detached(key));
            }
        }
    }

    /** Has the work done on the connection's loop. */
    void after(long millis, Runnable work) {
        hub.after(millis, work);
    }

    /** The channel takes more. */
    void pump() {
        List.copyOf(tabs.values()).forEach(Tab::pump);
    }

    void close() {
        closed = true;
        List.copyOf(tabs.values()).forEach(Tab::close);
        tabs.clear();
    }

    /** Sessions that were deleted end their tabs themselves. */
    private void forgetEnded() {
        tabs.values().removeIf(Tab::isClosed);
        claimants.keySet().retainAll(tabs.keySet());
    }

    private boolean mayRead(SessionKey key) {
        return credential.caller().access().permits(key, Access.Action.READ);
    }

    private Optional<SessionKey> key(String session) {
        return SessionKey.isValid(session) ? Optional.of(credential.caller().session(session)) : Optional.empty();
    }
}
