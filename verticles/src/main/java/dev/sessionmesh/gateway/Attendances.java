package dev.sessionmesh.gateway;

import dev.sessionmesh.codec.json.ClientFrame;
import dev.sessionmesh.codec.json.ServerJson;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.presence.PresenceLimits;
import dev.sessionmesh.core.presence.PresenceUpdate;
import dev.sessionmesh.presence.Attendance;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What the tabs of one connection tell of themselves, and whether they are told of others. */
final class Attendances {
    /** How often a tab's doing something is told on; more often is of no interest to anybody. */
    private static final long SEEN_NANOS = TimeUnit.SECONDS.toNanos(30);

    /**
     * How a tab wants to be present.
     *
     * @param watch whether it is told of others
     * @param device its class; empty if it does not say
     */
    record Wish(boolean watch, String device) {}

    private final PresenceFeeds feeds;
    private final String connection;
    private final Credential credential;
    private final Replies replies;
    private final PresenceLimits limits;
    private final RateLimit rate;
    private final Map<SessionKey, Here> here = new HashMap<>();

    private static final class Here {
        final Tab tab;
        final Attendance attendance;
        long seenAt;

        Here(Tab tab, Attendance attendance, long seenAt) {
            this.tab = tab;
            this.attendance = attendance;
            this.seenAt = seenAt;
        }
    }

    /** @param connection unique in the mesh; it names the connection's tab in each session */
    Attendances(PresenceFeeds feeds, String connection, Credential credential, Replies replies, PresenceLimits limits) {
        this.feeds = feeds;
        this.connection = connection;
        this.credential = credential;
        this.replies = replies;
        this.limits = limits;
        this.rate = new RateLimit(limits.updatesPerSecond(), System.nanoTime());
    }

    /** A tab began to follow a session. */
    void arrive(SessionKey key, Tab tab, Wish wish) {
        Attendance attendance = feeds.presence()
                .join(key, connection, credential.caller().origin().actor(), wish.device());
        here.put(key, new Here(tab, attendance, System.nanoTime()));
        if (wish.watch()) {
            feeds.add(key, tab);
        }
        tab.onClose(() -> {
            here.remove(key);
            feeds.remove(key, tab);
            attendance.leave();
        });
    }

    /** What others are shown in words needs the permission to write; to be told of them, that to read, which a tab has. */
    void say(SessionKey key, ClientFrame.Presence said) {
        @Nullable Here one = here.get(key);
        PresenceUpdate update = said.update();
        boolean silent = update.equals(PresenceUpdate.SEEN);
        if (one == null || isTooFast(key, said.id())) {
            return;
        }
        if (!silent && !credential.caller().access().permits(key, Access.Action.WRITE)) {
            replies.refuse(ErrorCode.FORBIDDEN, "not granted: write", said.id(), Optional.of(key.id()));
            return;
        }
        said.watch().ifPresent(watch -> {
            if (watch) {
                feeds.add(key, one.tab);
            } else {
                feeds.remove(key, one.tab);
            }
        });
        if (!silent) {
            one.attendance.update(update);
        }
        acknowledge(key, said.id());
    }

    void read(SessionKey key, ClientFrame.Read read) {
        @Nullable Here one = here.get(key);
        if (one == null || isTooFast(key, read.id())) {
            return;
        }
        if (read.seq() > one.tab.sentSeq()) {
            replies.refuse(
                    ErrorCode.POSITION_AHEAD,
                    "seq " + read.seq() + " was not sent to this tab yet",
                    read.id(),
                    Optional.of(key.id()));
            return;
        }
        one.attendance.update(PresenceUpdate.read(read.seq()));
        acknowledge(key, read.id());
    }

    /** Somebody did something in a session. */
    void seen(SessionKey key) {
        @Nullable Here one = here.get(key);
        long now = System.nanoTime();
        if (one != null && now - one.seenAt > SEEN_NANOS) {
            one.seenAt = now;
            one.attendance.update(PresenceUpdate.SEEN);
        }
    }

    /** The connection takes more. */
    void pump() {
        List.copyOf(here.entrySet()).forEach(entry -> feeds.pump(entry.getKey(), entry.getValue().tab));
    }

    private boolean isTooFast(SessionKey key, Optional<String> id) {
        boolean tooFast = !rate.take(System.nanoTime());
        if (tooFast) {
            replies.refuse(
                    ErrorCode.RATE_LIMITED,
                    "more than " + limits.updatesPerSecond() + " frames of presence a second",
                    id,
                    Optional.of(key.id()),
                    rate.retryAfterMillis());
        }
        return tooFast;
    }

    /** It is no event, so it has no seq. */
    private void acknowledge(SessionKey key, Optional<String> id) {
        id.ifPresent(known -> replies.send(ServerJson.ack(key, known, 0, false, false)));
    }
}
