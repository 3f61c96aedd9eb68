package dev.sessionmesh.gateway;

import dev.sessionmesh.access.quota.Allowance;
import dev.sessionmesh.codec.json.ClientFrame;
import dev.sessionmesh.codec.json.ClientFrames;
import dev.sessionmesh.codec.json.ServerJson;
import dev.sessionmesh.core.CloseCode;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.Position;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.port.SessionStore.Appended;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.gateway.http.Identity;
import dev.sessionmesh.gateway.socket.TabSocket;
import dev.sessionmesh.routing.SessionService;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket: reads frames in order, attaches tabs, passes commands on, and answers each. What it cannot take at once it does not
 * read, so a flood stays in the client's own buffers.
 */
final class Connection implements TabChannel {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    /** Frames in a row that make no sense before the connection is given up. */
    private static final int RUBBISH = 64;
    /** Commands refused for their rate, beyond those let through, before the connection is given up. */
    private static final int FLOOD = 2_000;

    private final ServerWebSocket ws;
    private final TabSocket socket;
    private final Hub hub;
    private final SessionService service;
    private final Limits limits;
    private final Identity identity;
    private Identity.Caller caller;
    private final BooleanSupplier draining;
    private final Pace pace;
    private final Map<SessionKey, Tab> tabs = new LinkedHashMap<>();
    /** Answers that found the socket full. Few: while it is full nothing is read that could be answered. */
    private final Deque<WireFrame> answers = new ArrayDeque<>();

    private int rubbish;
    private int flood;
    private int inFlight;
    private boolean attaching;
    /** What it shares with others is used up for the moment. */
    private boolean held;

    private boolean closed;
    /** It was told that it may not go on. */
    private boolean ending;

    private long heardAt = System.nanoTime();

    Connection(
            ServerWebSocket ws,
            Hub hub,
            SessionService service,
            Identity identity,
            Identity.Caller caller,
            String node,
            BooleanSupplier draining,
            Allowance allowance) {
        this.ws = ws;
        this.hub = hub;
        this.service = service;
        this.limits = hub.limits();
        this.socket = TabSocket.of(ws, limits.tabWindowBytes());
        this.identity = identity;
        this.caller = caller;
        this.draining = draining;
        this.pace = new Pace(limits.commandsPerSecond(), allowance, System.nanoTime());
        ws.textMessageHandler(this::onText);
        ws.binaryMessageHandler(bytes -> refuse(ErrorCode.BAD_JSON, "send text frames", Optional.empty()));
        ws.pongHandler(pong -> heardAt = System.nanoTime());
        socket.onWritable(this::onWritable);
        ws.exceptionHandler(failure -> {
            LOG.debug("connection broke: {}", failure.toString());
            if (!(failure instanceof IOException)) {
                // Fragments that add up to more than a message may have.
                close(CloseCode.TOO_LARGE);
            }
        });
        send(WireFrame.signal(ServerJson.welcome(node, UUID.randomUUID().toString(), limits, caller.expiresInMs())));
    }

    /**
     * The shortcut addresses attach at once. What is wrong with one is told in a frame: browsers see no
     * refused handshake.
     */
    void attachAtOnce(String session, @Nullable String pos, @Nullable String after) {
        Optional<Position> position = Optional.ofNullable(pos).flatMap(Position::parse);
        Optional<String> seq = Optional.ofNullable(after).filter(text -> !text.isEmpty());
        if (pos != null && position.isEmpty()) {
            refuse(ErrorCode.BAD_POSITION, "pos is not one that a server gave", Optional.empty(), Optional.of(session));
        } else if (seq.filter(text -> !text.matches("[0-9]{1,18}")).isPresent()) {
            refuse(ErrorCode.BAD_FIELD, "after is not a whole number from 0", Optional.empty(), Optional.of(session));
        } else {
            OptionalLong number = seq.map(Long::parseLong).map(OptionalLong::of).orElse(OptionalLong.empty());
            attach(session, new Hub.Begin(position, number, Optional.empty()), Optional.empty());
        }
    }

    /** Asks whether the client still lives, or gives it up. */
    void beat(long now) {
        if (now - heardAt > limits.heartbeat().toNanos() * 5 / 2) {
            close(CloseCode.IDLE);
        } else {
            ws.writePing(io.vertx.core.buffer.Buffer.buffer());
        }
    }

    void goaway(ServerJson.Leaving why, long withinMillis) {
        send(WireFrame.signal(ServerJson.goaway(why, withinMillis)));
    }

    void close(CloseCode why) {
        ws.close((short) why.code(), why.reason());
    }

    /** The socket is gone. */
    void onClosed() {
        closed = true;
        List.copyOf(tabs.values()).forEach(Tab::close);
        tabs.clear();
    }

    @Override
    public void send(WireFrame frame) {
        if (!closed && (!answers.isEmpty() || !socket.write(frame.encoded()))) {
            answers.add(frame);
        }
    }

    @Override
    public boolean writable() {
        return answers.isEmpty() && socket.writable();
    }

    private void onWritable() {
        // Its answers to our pings may lie behind minutes of text; that it takes the text shows life.
        heardAt = System.nanoTime();
        while (!answers.isEmpty() && socket.write(answers.peek().encoded())) {
            answers.remove();
        }
        List.copyOf(tabs.values()).forEach(Tab::pump);
        readOn();
    }

    private void onText(String text) {
        heardAt = System.nanoTime();
        Optional<Pace.TooFast> tooFast = pace.take(text.length(), heardAt);
        if (tooFast.isPresent()) {
            tooFast(text, tooFast.get());
            return;
        }
        flood = Math.max(0, flood - 1);
        switch (ClientFrames.parse(text, limits)) {
            case ClientFrame.Invalid invalid -> invalid(invalid);
            case ClientFrame.Ping ping -> send(WireFrame.signal(ServerJson.pong(ping.id())));
            case ClientFrame.Attach attach -> {
                rubbish = 0;
                attach(attach.session(), new Hub.Begin(attach.pos(), attach.after(), attach.client()), attach.id());
            }
            case ClientFrame.Detach detach -> detach(detach);
            case ClientFrame.Auth auth -> {
                rubbish = 0;
                renew(auth);
            }
            case ClientFrame.Submit submit -> {
                rubbish = 0;
                submit(submit, text.length());
            }
        }
        pauseIfBehind();
    }

    private void tooFast(String text, Pace.TooFast tooFast) {
        if (++flood > FLOOD) {
            close(CloseCode.FLOODED);
            return;
        }
        Optional<String> id =
                ClientFrames.parse(text, limits) instanceof ClientFrame.Submit submit ? submit.id() : Optional.empty();
        send(WireFrame.signal(ServerJson.error(
                ErrorCode.RATE_LIMITED,
                tooFast.limit().limit(),
                id,
                Optional.empty(),
                Map.of(),
                tooFast.limit().retryAfterMs())));
        if (tooFast.holdMs() > 0 && !held) {
            held = true;
            hub.after(tooFast.holdMs(), () -> {
                held = false;
                readOn();
            });
        }
        pauseIfBehind();
    }

    private void invalid(ClientFrame.Invalid invalid) {
        send(WireFrame.signal(
                ServerJson.error(invalid.code(), invalid.message(), invalid.id(), invalid.session(), Map.of(), 0)));
        if (++rubbish > RUBBISH) {
            close(CloseCode.BAD_FRAME);
        }
    }

    private void attach(String session, Hub.Begin begin, Optional<String> id) {
        Optional<SessionKey> named = key(session);
        if (named.isEmpty()) {
            refuse(ErrorCode.SESSION_NOT_FOUND, "no such session", id);
            return;
        }
        SessionKey key = named.get();
        forgetEnded();
        if (tabs.containsKey(key)) {
            refuse(ErrorCode.ALREADY_ATTACHED, "attached to " + session + " already", id);
            return;
        }
        if (tabs.size() >= limits.sessionsPerConnection()) {
            refuse(ErrorCode.TOO_MANY_SESSIONS, "at most " + limits.sessionsPerConnection() + " sessions", id);
            return;
        }
        // What the client sends behind its attach may need it: read on when it is done.
        attaching = true;
        pauseIfBehind();
        hub.attach(caller.access(), key, begin, this).onComplete(done -> {
            attaching = false;
            if (done.failed()) {
                LOG.error("session {} could not be attached", key, done.cause());
                refuse(ErrorCode.INTERNAL, "the session could not be attached", id, Optional.of(session));
            } else {
                attached(key, done.result(), id);
            }
            readOn();
        });
    }

    private void attached(SessionKey key, Outcome<Hub.Attachment> outcome, Optional<String> id) {
        switch (outcome) {
            case Outcome.Done<Hub.Attachment>(Hub.Attachment attachment) -> {
                if (closed) {
                    attachment.tab().close();
                } else if (!caller.access().permits(key, Access.Action.READ)) {
                    attachment.tab().close();
                    refuse(ErrorCode.FORBIDDEN, "not granted: read", id, Optional.of(key.id()));
                } else {
                    tabs.put(key, attachment.tab());
                    attachment.tab().start(attachment.answer());
                }
            }
            case Outcome.Refused<Hub.Attachment> refused ->
                answer(refused.code(), refused.message(), id, Optional.of(key.id()), refused.details());
        }
    }

    /** What the client sends behind a new token may need it, so it is read when that is known. */
    private void renew(ClientFrame.Auth auth) {
        attaching = true;
        identity.renew(caller, auth.token()).onComplete(done -> {
            attaching = false;
            if (done.failed()) {
                LOG.error("a token could not be renewed", done.cause());
                refuse(ErrorCode.INTERNAL, "the token could not be checked", auth.id());
            } else {
                switch (done.result()) {
                    case Outcome.Done<Identity.Caller>(Identity.Caller renewed) -> {
                        caller = renewed;
                        send(WireFrame.signal(ServerJson.authenticated(auth.id(), renewed.expiresInMs())));
                        checkAccess();
                    }
                    case Outcome.Refused<Identity.Caller> refused ->
                        refuse(refused.code(), refused.message(), auth.id());
                }
            }
            readOn();
        });
    }

    /** Ends what the caller may not do any more: the connection, or some of its sessions. */
    void checkAccess() {
        if (closed || ending) {
            return;
        }
        if (!caller.access().isValid()) {
            ending = true;
            refuse(ErrorCode.UNAUTHORIZED, "the credential is expired or was taken back", Optional.empty());
            close(CloseCode.UNAUTHORIZED);
            return;
        }
        for (SessionKey key : List.copyOf(tabs.keySet())) {
            if (!caller.access().permits(key, Access.Action.READ)) {
                Optional.ofNullable(tabs.remove(key)).ifPresent(Tab::close);
                refuse(ErrorCode.FORBIDDEN, "not granted: read", Optional.empty(), Optional.of(key.id()));
                send(WireFrame.signal(ServerJson.detached(key)));
            }
        }
    }

    private void detach(ClientFrame.Detach detach) {
        @Nullable SessionKey key = target(detach.session(), detach.id());
        if (key != null) {
            Optional.ofNullable(tabs.remove(key)).ifPresent(Tab::close);
            send(WireFrame.signal(ServerJson.detached(key)));
        }
    }

    private void submit(ClientFrame.Submit submit, int frameChars) {
        @Nullable SessionKey key = target(submit.session(), submit.id());
        if (key == null) {
            return;
        }
        if (submit.command() instanceof Command.Input && draining.getAsBoolean()) {
            refuse(ErrorCode.DRAINING, "this node takes no new work", submit.id(), Optional.of(key.id()));
            return;
        }
        CommandId id = submit.id().map(CommandId::parse).orElseGet(Connection::ownId);
        // What is under way is bounded in bytes too: a long frame weighs as many as could have come in its place.
        int weight = 1 + frameChars / limits.inlineBytes();
        inFlight += weight;
        service.submit(
                        caller.access(),
                        new Envelope(key, id, submit.bodyHash(), caller.origin(), service.now(), 0, submit.command()))
                .onComplete(done -> {
                    inFlight -= weight;
                    if (done.failed()) {
                        LOG.error("a command for session {} failed", key, done.cause());
                        refuse(ErrorCode.INTERNAL, "the command failed", submit.id(), Optional.of(key.id()));
                    } else {
                        answer(key, submit.id(), done.result());
                    }
                    readOn();
                });
    }

    private void answer(SessionKey key, Optional<String> id, Outcome<Appended> outcome) {
        switch (outcome) {
            case Outcome.Done<Appended>(Appended done) ->
                id.ifPresent(known -> send(
                        WireFrame.signal(ServerJson.ack(key, known, done.from(), done.duplicate(), done.degraded()))));
            case Outcome.Refused<Appended> refused ->
                answer(refused.code(), refused.message(), id, Optional.of(key.id()), refused.details());
        }
    }

    /** The attached session that is meant, or null after the client was told that there is none. */
    private @Nullable SessionKey target(Optional<String> session, Optional<String> id) {
        forgetEnded();
        if (session.isPresent()) {
            Optional<SessionKey> named = key(session.get()).filter(tabs::containsKey);
            if (named.isEmpty()) {
                refuse(ErrorCode.NOT_ATTACHED, "attach to " + session.get() + " first", id, session);
            }
            return named.orElse(null);
        }
        if (tabs.size() == 1) {
            return tabs.keySet().iterator().next();
        }
        if (tabs.isEmpty()) {
            refuse(ErrorCode.NOT_ATTACHED, "attach to a session first", id);
        } else {
            refuse(ErrorCode.AMBIGUOUS_SESSION, tabs.size() + " sessions are attached: name one", id);
        }
        return null;
    }

    /** Sessions that were deleted end their tabs themselves. */
    private void forgetEnded() {
        tabs.values().removeIf(Tab::isClosed);
    }

    private Optional<SessionKey> key(String session) {
        return SessionKey.isValid(session) ? Optional.of(caller.session(session)) : Optional.empty();
    }

    private void refuse(ErrorCode code, String message, Optional<String> id) {
        refuse(code, message, id, Optional.empty());
    }

    private void refuse(ErrorCode code, String message, Optional<String> id, Optional<String> session) {
        answer(code, message, id, session, Map.of());
    }

    private void answer(
            ErrorCode code,
            String message,
            Optional<String> id,
            Optional<String> session,
            Map<String, String> details) {
        send(WireFrame.signal(ServerJson.error(code, message, id, session, details, 0)));
    }

    private void pauseIfBehind() {
        if (attaching || held || inFlight >= limits.commandsInFlight() || !writable()) {
            ws.pause();
        }
    }

    private void readOn() {
        if (!closed && !attaching && !held && inFlight < limits.commandsInFlight() && writable()) {
            ws.resume();
        }
    }

    /** For a command that came without an id: the mesh itself may have to repeat it. */
    private static CommandId ownId() {
        return new CommandId.FreeForm("srv-" + UUID.randomUUID());
    }
}
