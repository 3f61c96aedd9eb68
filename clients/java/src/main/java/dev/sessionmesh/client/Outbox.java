package dev.sessionmesh.client;

import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Commands on their way: numbered when a client id is known, sent, and resent under the same id until answered.
 *
 * <p>Numbers in flight span less than the session's window of remembered numbers, so a resend can always be told from a new
 * command.
 */
final class Outbox {

    private static final class Pending {
        final Object handle;
        final JsonObject body;
        final long deadlineMs;
        final Backoff backoff;
        String id = "";
        long number;
        long sendAtMs;
        int timesSent;
        /** It had an id of a client that the session has forgotten, and gets another one. */
        boolean renumbered;

        Pending(Object handle, JsonObject body, long deadlineMs, Backoff backoff) {
            this.handle = handle;
            this.body = body;
            this.deadlineMs = deadlineMs;
            this.backoff = backoff;
        }
    }

    /** The code of a command whose number the session cannot tell from an executed one. */
    static final String ID_EXPIRED = "id_expired";

    private static final long SENT = Long.MAX_VALUE;

    private final String session;
    private final ClientLimits limits;
    private final boolean retryRefused;
    private final RandomGenerator random;
    private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
    private final Map<String, Pending> inFlight = new LinkedHashMap<>();
    private String client = "";
    private long nextNumber = 1;

    Outbox(String session, ClientOptions options, RandomGenerator random) {
        this.session = session;
        this.limits = options.limits();
        this.retryRefused = options.retryRefused();
        this.random = random;
    }

    Optional<SessionmeshException> add(Object handle, Command command, long nowMs) {
        int pending = waiting.size() + inFlight.size();
        if (pending >= limits.commandsWaiting()) {
            return Optional.of(SessionmeshException.queueFull(pending));
        }
        long deadline = nowMs + limits.commandPatience().toMillis();
        waiting.add(new Pending(handle, command.wire(), deadline, new Backoff(limits, random)));
        return Optional.empty();
    }

    /** A connection is attached as {@code as}: everything unanswered goes out again on it, under its old id. */
    void attached(String as, long nowMs) {
        if (!as.equals(client)) {
            client = as;
            nextNumber = 1;
        }
        inFlight.values().forEach(p -> p.sendAtMs = nowMs);
    }

    /** The frames to send now. */
    List<JsonObject> due(long nowMs) {
        List<JsonObject> frames = new ArrayList<>();
        for (Pending p : inFlight.values()) {
            if (p.sendAtMs <= nowMs) {
                frames.add(send(p));
            }
        }
        while (!waiting.isEmpty() && windowOpen()) {
            Pending p = waiting.remove();
            p.number = nextNumber++;
            p.id = client + ":" + p.number;
            p.body.put("session", session).put("id", p.id);
            inFlight.put(p.id, p);
            frames.add(send(p));
        }
        return frames;
    }

    private static JsonObject send(Pending p) {
        p.sendAtMs = SENT;
        p.timesSent++;
        return p.body.copy();
    }

    /** Ids of an earlier client don't count: the session keeps a window per client. */
    private boolean windowOpen() {
        for (Pending p : inFlight.values()) {
            if (p.id.startsWith(client + ":")) {
                return nextNumber - p.number < limits.commandsInFlight();
            }
        }
        return true;
    }

    Optional<Effect> acked(Ack ack) {
        Pending p = inFlight.remove(ack.id());
        return p == null ? Optional.empty() : Optional.of(new Effect.Acked(p.handle, ack));
    }

    Optional<Effect> refused(Frame.Refused refused, long nowMs) {
        Pending p = inFlight.get(refused.id().orElse(""));
        if (p == null) {
            return Optional.empty();
        }
        if (refused.retryable() && retryRefused) {
            p.sendAtMs = nowMs + Math.max(refused.retryAfterMs(), p.backoff.nextDelayMs());
            return Optional.empty();
        }
        inFlight.remove(p.id);
        if (refused.code().equals(ID_EXPIRED) && p.timesSent == 1 && !p.renumbered) {
            renumber(p);
            return Optional.empty();
        }
        return Optional.of(new Effect.Failed(p.handle, SessionmeshException.refused(refused)));
    }

    /**
     * The session has forgotten the client of this command. Sent only once, and then refused, it had no effect: it waits for the
     * number of another client, behind those that were refused before it and in front of everything newer. Sent twice, it may have
     * taken effect before the client was forgotten; renumbered twice, it would be for ever.
     */
    private void renumber(Pending p) {
        p.renumbered = true;
        p.timesSent = 0;
        p.id = "";
        ArrayDeque<Pending> older = new ArrayDeque<>();
        while (!waiting.isEmpty() && waiting.element().renumbered) {
            older.push(waiting.remove());
        }
        waiting.addFirst(p);
        older.forEach(waiting::addFirst);
    }

    List<Effect> expire(long nowMs) {
        List<Effect> expired = new ArrayList<>();
        for (Iterable<Pending> queue : List.of(inFlight.values(), waiting)) {
            for (Iterator<Pending> each = queue.iterator(); each.hasNext(); ) {
                Pending p = each.next();
                if (p.deadlineMs <= nowMs) {
                    each.remove();
                    String what = p.body.getString("type") + " " + p.id;
                    expired.add(new Effect.Failed(
                            p.handle, SessionmeshException.timeout(what.strip(), limits.commandPatience())));
                }
            }
        }
        return expired;
    }

    List<Effect> abandon(SessionmeshException why) {
        List<Effect> failed = new ArrayList<>();
        inFlight.values().forEach(p -> failed.add(new Effect.Failed(p.handle, why)));
        waiting.forEach(p -> failed.add(new Effect.Failed(p.handle, why)));
        inFlight.clear();
        waiting.clear();
        return failed;
    }

    /** Whether a command was sent that is not answered yet. */
    boolean awaiting() {
        return !inFlight.isEmpty();
    }

    /** When something is due at the earliest; resends count only while a connection could carry them. */
    long wakeAtMs(boolean attached) {
        long wake = Long.MAX_VALUE;
        for (Pending p : inFlight.values()) {
            wake = Math.min(wake, Math.min(p.deadlineMs, attached ? p.sendAtMs : SENT));
        }
        // All commands share one patience: the first waiting one is the first to expire.
        Pending first = waiting.peek();
        return first == null ? wake : Math.min(wake, first.deadlineMs);
    }
}
