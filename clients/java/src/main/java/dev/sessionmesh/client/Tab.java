package dev.sessionmesh.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A connection that follows one session until it is closed, whatever happens to nodes and connections in between.
 *
 * <p>Every method may be called from any thread. Commands that wait for an answer are resent under the same id after a reconnect,
 * so each takes effect at most once.
 */
public final class Tab {

    private final Vertx vertx;
    private final Context context;
    private final WebSocketClient client;
    private final ClientOptions options;
    private final Follower follower;
    private final TabListener listener;
    private final Map<Integer, ClientWebSocket> sockets = new HashMap<>();
    private final Set<Integer> connecting = new HashSet<>();
    private final Promise<Frame.Attached> firstAttached = Promise.promise();
    private final Promise<SessionmeshException> ended = Promise.promise();
    private long timerId;
    private long timerAtMs = Long.MAX_VALUE;
    private final PendingApprovals pending = new PendingApprovals();
    private final Receipts receipts = new Receipts();
    private final Executor executor;
    /** The last seq that the session had when it was attached: from there on, what is offered is news. */
    private long head = Long.MAX_VALUE;

    private Duration lease;
    private volatile String clientId = "";
    private volatile List<PendingApproval> approvals = List.of();
    private volatile Position position;

    Tab(
            Vertx vertx,
            WebSocketClient client,
            ClientOptions options,
            String session,
            Position from,
            TabListener listener,
            RandomGenerator random) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.client = client;
        this.options = options;
        this.follower = new Follower(session, from, options, random);
        this.listener = listener;
        this.position = from;
        this.lease = options.limits().toolClaim();
        this.executor = new Executor(new Claiming());
        drive(() -> follower.start(nowMs()));
    }

    /** Sends a message of a person. */
    public Future<Ack> input(String text) {
        return send(new Command.Input(text, Optional.empty()));
    }

    /** Approves a pending tool call, as this tab knows it: changed meanwhile, it is refused with {@code arguments_changed}. */
    public Future<Ack> approve(String callId) {
        return send(new Command.Approve(List.of(callId), Optional.empty(), shown(callId), false));
    }

    /** Rejects a pending tool call, as this tab knows it. */
    public Future<Ack> reject(String callId, String reason) {
        return send(new Command.Reject(List.of(callId), reason, shown(callId)));
    }

    /** Cancels the running turn; {@code too_late} when it had ended. */
    public Future<Ack> cancel() {
        return send(new Command.Cancel(Optional.empty()));
    }

    /** Tells the running turn something; completes when it is known what became of it, at the turn's end at the latest. */
    public Future<SteerReceipt> steer(String instruction) {
        return steer(new Command.Steer(instruction, Optional.empty()));
    }

    /** As {@link #steer(String)}, for any turn. */
    public Future<SteerReceipt> steer(Command.Steer steer) {
        return send(steer).compose(receipts::of);
    }

    /** The approvals that the session waits for, oldest first. */
    public List<PendingApproval> approvals() {
        return approvals;
    }

    /** Executes the front-end calls of a tool in this tab, from now on: those that it took, unless another tab was faster. */
    public void executeTool(String name, ToolHandler handler) {
        drive(() -> executor.handle(name, handler));
    }

    /** Takes a front-end call, to execute it by hand; {@code already_claimed} tells in its details who has it. */
    public Future<ToolClaim> claim(String callId) {
        Promise<ToolClaim> claim = Promise.promise();
        drive(() -> executor.take(callId).onComplete(claim));
        return claim.future();
    }

    /** Answers a front-end tool call with any JSON value. */
    public Future<Ack> toolResult(String callId, Object result) {
        return send(new Command.ToolResult(callId, result));
    }

    /**
     * Whether to be told who is here, from now on: {@link Presence} frames, the first of them full. An {@link Attendance} makes a list
     * of them.
     */
    public void watch(boolean wanted) {
        present(own -> own.watch(wanted));
    }

    /** Somebody types in this tab: to be called with every key stroke. It ends by itself a few seconds after the last call. */
    public void typing(boolean now) {
        present(own -> own.typing(now, nowMs()));
    }

    /** What this tab looks at, in the application's own words; at most 256 bytes, empty: nothing. */
    public void focus(String text) {
        present(own -> own.focus(text));
    }

    /** What this tab says of itself, in the application's own words; at most 256 bytes, empty: nothing. */
    public void status(String text) {
        present(own -> own.status(text));
    }

    /** Somebody has read up to this seq, which was delivered to this tab; a smaller one than before changes nothing. */
    public void markRead(long seq) {
        present(own -> own.read(seq));
    }

    /** Attaches again, to a snapshot in place of what was seen: for a {@link Conversation} that is {@linkplain Conversation#incomplete incomplete}. */
    public void refresh() {
        drive(() -> follower.refresh(nowMs()));
    }

    private void present(Consumer<OwnPresence> change) {
        drive(() -> follower.present(change, nowMs()));
    }

    /** Sends a command; fails with a {@link SessionmeshException}. */
    public Future<Ack> send(Command command) {
        Promise<Ack> answer = Promise.promise();
        drive(() -> follower.submit(answer, command, nowMs()));
        return answer.future();
    }

    /** The answer to the first attach; fails when the tab ends before. */
    public Future<Frame.Attached> attached() {
        return firstAttached.future();
    }

    /** How far the tab has come; a later tab may start there. */
    public Position position() {
        return position;
    }

    /** Completes when the tab is over for good, with the reason. */
    public Future<SessionmeshException> ended() {
        return ended.future();
    }

    /**
     * Stops following; front-end calls that this tab executes are offered to others, commands without an answer fail with
     * {@code closed}.
     */
    public Future<Void> close() {
        drive(() -> {
            executor.releaseAll();
            // Behind what that sends.
            drive(follower::stop);
        });
        return ended.future().mapEmpty();
    }

    private void drive(Runnable input) {
        context.runOnContext(ignored -> {
            input.run();
            for (Effect effect = follower.poll(); effect != null; effect = follower.poll()) {
                perform(effect);
            }
            position = follower.position();
            if (position instanceof Position.After(long last, var pos) && last >= head) {
                executor.look();
            }
            armTimer();
        });
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Connect(int link, URI node) -> connect(link, node);
            case Effect.Send(int link, var frame) -> write(link, frame);
            case Effect.AskToken(int link) ->
                options.token()
                        .onSuccess(token -> token.ifPresent(brought -> drive(() -> follower.token(link, brought))));
            case Effect.Authenticate(int link, String token) ->
                write(link, new JsonObject().put("type", "auth").put("token", token));
            case Effect.Close(int link, String why) -> {
                connecting.remove(link);
                ClientWebSocket socket = sockets.remove(link);
                if (socket != null) {
                    socket.close((short) CloseCode.NORMAL, why);
                }
            }
            case Effect.Deliver(Frame frame) -> {
                keepUp(frame);
                tell(() -> listener.frame(frame));
            }
            case Effect.Following(URI node, Frame.Attached attached) -> {
                keepUp(attached);
                firstAttached.tryComplete(attached);
                tell(() -> listener.following(node, attached));
            }
            case Effect.Lost(String why) -> tell(() -> listener.lost(why));
            case Effect.Violation(String what) -> tell(() -> listener.violation(what));
            case Effect.Acked(Object handle, Ack ack) -> answer(handle).tryComplete(ack);
            case Effect.Failed(Object handle, SessionmeshException why) ->
                answer(handle).tryFail(why);
            case Effect.Ended(SessionmeshException why) -> {
                firstAttached.tryFail(why);
                receipts.end(why);
                executor.end();
                tell(() -> listener.ended(why));
                ended.tryComplete(why);
            }
        }
    }

    private void write(int link, JsonObject frame) {
        ClientWebSocket socket = sockets.get(link);
        if (socket != null) {
            socket.writeTextMessage(frame.encode());
        }
    }

    private void keepUp(Frame frame) {
        if (frame instanceof Frame.Logged event) {
            pending.see(event);
            receipts.see(event);
            executor.see(event);
        } else if (frame instanceof Frame.Welcome welcome) {
            lease = Optional.ofNullable(welcome.limits().getLong("toolClaimMs"))
                    .map(Duration::ofMillis)
                    .orElse(options.limits().toolClaim());
        }
        approvals = pending.list();
    }

    private void keepUp(Frame.Attached attached) {
        head = attached.head();
        clientId = attached.client();
        pending.see(attached);
        attached.snapshot().ifPresent(snapshot -> {
            receipts.see(snapshot);
            executor.see(snapshot);
        });
        approvals = pending.list();
    }

    private Optional<String> shown(String callId) {
        return approvals.stream()
                .filter(approval -> approval.callId().equals(callId))
                .map(approval -> approval.terms().argumentsHash())
                .filter(hash -> !hash.isEmpty())
                .findFirst();
    }

    /** What claims need of this tab. */
    private final class Claiming implements HeldClaim.Holder {
        @Override
        public void later(Runnable beat) {
            vertx.setTimer(Math.max(1, lease.toMillis() / 3), fired -> context.runOnContext(now -> beat.run()));
        }

        @Override
        public Future<Ack> send(Command command) {
            return Tab.this.send(command);
        }

        @Override
        public String client() {
            return clientId;
        }

        @Override
        public Optional<String> device() {
            return options.device();
        }

        @Override
        public void gone(HeldClaim claim) {
            executor.gone(claim);
        }
    }

    @SuppressWarnings("unchecked") // every handle is the promise that send() handed in
    private static Promise<Ack> answer(Object handle) {
        return (Promise<Ack>) handle;
    }

    /** A listener that throws harms nobody else: the context's exception handler gets to see it. */
    private void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            context.runOnContext(ignored -> {
                throw e;
            });
        }
    }

    private void connect(int link, URI node) {
        connecting.add(link);
        options.token()
                .onComplete(asked -> context.runOnContext(now -> {
                    if (!connecting.contains(link)) {
                        return; // given up meanwhile
                    }
                    if (asked.succeeded()) {
                        open(link, node, asked.result());
                    } else {
                        connecting.remove(link);
                        drive(() -> follower.closed(link, CloseCode.LOST, "no token could be had", nowMs()));
                    }
                }));
    }

    private void open(int link, URI node, Optional<String> token) {
        ClientWebSocket socket = client.webSocket();
        socket.textMessageHandler(text -> drive(() -> follower.received(link, text, nowMs())));
        socket.frameHandler(frame -> {
            if (frame.isPing()) {
                drive(() -> follower.heard(link, nowMs()));
            }
        });
        socket.closeHandler(ignored -> {
            if (sockets.remove(link, socket)) {
                drive(() -> follower.closed(link, code(socket.closeStatusCode()), reason(socket), nowMs()));
            }
        });
        socket.connect(Addresses.webSocket(node, token, options)).onComplete(connected -> {
            boolean wanted = connecting.remove(link);
            if (connected.succeeded() && !wanted) {
                socket.close(); // given up while it was being made
            } else if (connected.failed()) {
                drive(() ->
                        follower.closed(link, CloseCode.LOST, connected.cause().toString(), nowMs()));
            } else if (socket.isClosed()) {
                drive(() -> follower.closed(link, code(socket.closeStatusCode()), reason(socket), nowMs()));
            } else {
                sockets.put(link, socket);
                drive(() -> follower.opened(link, nowMs()));
            }
        });
    }

    private static int code(@Nullable Short status) {
        return status == null ? CloseCode.LOST : status;
    }

    private static String reason(ClientWebSocket socket) {
        String reason = socket.closeReason();
        return reason == null ? "connection lost" : reason;
    }

    /** One timer, moved only forward in urgency: one that fires early finds nothing due and is armed anew. */
    private void armTimer() {
        long wakeAtMs = follower.wakeAtMs();
        if (wakeAtMs >= timerAtMs) {
            return;
        }
        vertx.cancelTimer(timerId);
        timerAtMs = wakeAtMs;
        timerId = vertx.setTimer(Math.max(1, wakeAtMs - nowMs()), ignored -> {
            timerAtMs = Long.MAX_VALUE;
            drive(() -> follower.wake(nowMs()));
        });
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
