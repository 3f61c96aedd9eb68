package dev.sessionmesh.gateway;

import dev.sessionmesh.access.quota.Allowance;
import dev.sessionmesh.codec.json.ClientFrame;
import dev.sessionmesh.codec.json.ClientFrames;
import dev.sessionmesh.codec.json.ServerJson;
import dev.sessionmesh.core.CloseCode;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.gateway.http.Identity;
import dev.sessionmesh.gateway.socket.TabSocket;
import dev.sessionmesh.routing.SessionService;
import io.vertx.core.Future;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket: reads frames in order, hands each to the part it is for, and answers. What it cannot take at once it does not
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
    private final Limits limits;
    private final Pace pace;
    private final Replies replies;
    private final Credential credential;
    private final Attendances attendances;
    private final Attachments attachments;
    private final Submissions submissions;
    /** Answers that found the socket full. Few: while it is full nothing is read that could be answered. */
    private final Deque<WireFrame> answers = new ArrayDeque<>();

    private int rubbish;
    private int flood;
    /** What the client sends behind the last frame may need the outcome of that, so it is read when that is known. */
    private boolean waiting;
    /** What it shares with others is used up for the moment. */
    private boolean held;

    private boolean closed;
    /** It was told that it may not go on. */
    private boolean ending;

    private long heardAt = System.nanoTime();

    Connection(
            ServerWebSocket ws,
            Hub hub,
            PresenceFeeds presence,
            SessionService service,
            Identity identity,
            Identity.Caller caller,
            String node,
            BooleanSupplier draining,
            Allowance allowance) {
        this.ws = ws;
        this.limits = hub.limits();
        this.replies = new Replies(this, hub.meters().errors());
        this.socket = TabSocket.of(ws, limits.tabWindowBytes());
        this.pace = new Pace(limits.commandsPerSecond(), allowance, System.nanoTime());
        this.credential = new Credential(identity, caller, replies);
        String id = UUID.randomUUID().toString();
        this.attendances = new Attendances(presence, id, credential, replies, limits.presence());
        this.attachments = new Attachments(hub, this, credential, replies, attendances);
        this.submissions = new Submissions(service, limits.inlineBytes(), draining, replies, this::readOn);
        ws.textMessageHandler(this::onText);
        ws.binaryMessageHandler(bytes -> replies.refuse(ErrorCode.BAD_JSON, "send text frames", Optional.empty()));
        ws.pongHandler(pong -> heardAt = System.nanoTime());
        socket.onWritable(this::onWritable);
        ws.exceptionHandler(failure -> {
            LOG.debug("connection broke: {}", failure.toString());
            if (!(failure instanceof IOException)) {
                // Fragments that add up to more than a message may have.
                close(CloseCode.TOO_LARGE);
            }
        });
        replies.send(ServerJson.welcome(node, id, limits, caller.expiresInMs()));
    }

    /**
     * The shortcut addresses attach at once. What is wrong with one is told in a frame: browsers see no
     * refused handshake.
     */
    void attachAtOnce(String session, Outcome<Shortcut> shortcut) {
        switch (shortcut) {
            case Outcome.Done<Shortcut>(Shortcut(Hub.Begin begin, Attendances.Wish wish)) ->
                waitFor(attachments.attach(session, begin, wish, Optional.empty()));
            case Outcome.Refused<Shortcut> refused -> replies.refuse(refused, Optional.empty(), Optional.of(session));
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
        replies.send(ServerJson.goaway(why, withinMillis));
    }

    void close(CloseCode why) {
        ws.close((short) why.code(), why.reason());
    }

    /** The socket is gone. */
    void onClosed() {
        closed = true;
        attachments.close();
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
        attachments.pump();
        attendances.pump();
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
            case ClientFrame.Ping ping -> replies.send(ServerJson.pong(ping.id()));
            case ClientFrame.Attach attach -> {
                rubbish = 0;
                Hub.Begin begin = new Hub.Begin(attach.pos(), attach.after(), attach.client());
                Attendances.Wish wish = new Attendances.Wish(attach.presence(), attach.device());
                waitFor(attachments.attach(attach.session(), begin, wish, attach.id()));
            }
            case ClientFrame.Detach detach ->
                attachments.target(detach.session(), detach.id()).ifPresent(attachments::detach);
            case ClientFrame.Auth auth -> {
                rubbish = 0;
                waitFor(credential.renew(auth).onSuccess(done -> checkAccess()));
            }
            case ClientFrame.Submit submit -> {
                rubbish = 0;
                attachments.target(submit.session(), submit.id()).ifPresent(key -> {
                    attendances.seen(key);
                    submissions.submit(credential.caller(), key, submit, attachments.claimant(key), text.length());
                });
            }
            case ClientFrame.Presence said -> {
                rubbish = 0;
                attachments.target(said.session(), said.id()).ifPresent(key -> attendances.say(key, said));
            }
            case ClientFrame.Read read -> {
                rubbish = 0;
                attachments.target(read.session(), read.id()).ifPresent(key -> attendances.read(key, read));
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
        replies.refuse(
                ErrorCode.RATE_LIMITED,
                tooFast.limit().limit(),
                id,
                Optional.empty(),
                tooFast.limit().retryAfterMs());
        if (tooFast.holdMs() > 0 && !held) {
            held = true;
            attachments.after(tooFast.holdMs(), () -> {
                held = false;
                readOn();
            });
        }
        pauseIfBehind();
    }

    private void invalid(ClientFrame.Invalid invalid) {
        replies.refuse(invalid.code(), invalid.message(), invalid.id(), invalid.session());
        if (++rubbish > RUBBISH) {
            close(CloseCode.BAD_FRAME);
        }
    }

    /** Ends what the caller may not do any more: the connection, or some of its sessions. */
    void checkAccess() {
        if (closed || ending) {
            return;
        }
        if (credential.caller().access().isValid()) {
            attachments.endForbidden();
        } else {
            ending = true;
            replies.refuse(ErrorCode.UNAUTHORIZED, "the credential is expired or was taken back", Optional.empty());
            close(CloseCode.UNAUTHORIZED);
        }
    }

    private void waitFor(Future<?> answer) {
        waiting = true;
        pauseIfBehind();
        answer.onComplete(done -> {
            waiting = false;
            readOn();
        });
    }

    private void pauseIfBehind() {
        if (waiting || held || submissions.inFlight() >= limits.commandsInFlight() || !writable()) {
            ws.pause();
        }
    }

    private void readOn() {
        if (!closed && !waiting && !held && submissions.inFlight() < limits.commandsInFlight() && writable()) {
            ws.resume();
        }
    }
}
