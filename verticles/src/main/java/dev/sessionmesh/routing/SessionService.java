package dev.sessionmesh.routing;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.port.Access.Action;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.port.ToolCatalogue;
import dev.sessionmesh.core.session.AuditTrail;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.loop.Loops;
import dev.sessionmesh.trace.About;
import dev.sessionmesh.trace.Span;
import dev.sessionmesh.trace.Traces;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * A node's door to sessions. Whoever comes through is asked for permission first; what a command changed is published as soon as it
 * is durable. Futures complete on the caller's loop.
 */
public final class SessionService {
    /** How much of a log is read at a time when it is folded. */
    private static final int FOLD_BYTES = 262_144;

    /** How far the clock of the node that issued a client id may be ahead of this one's. */
    private static final long CLOCKS_DIFFER_MILLIS = 300_000;

    private final Loops loops;
    private final SessionStore store;
    private final Publisher publisher;
    private final InstantSource clock;
    private final ToolCatalogue catalogue;
    private final RoutingMeters meters;
    private final Traces traces;

    public SessionService(Loops loops, SessionStore store, Publisher publisher, InstantSource clock) {
        this(loops, store, publisher, clock, ToolCatalogue.SCOPE, Traces.OFF);
    }

    public SessionService(
            Loops loops,
            SessionStore store,
            Publisher publisher,
            InstantSource clock,
            ToolCatalogue catalogue,
            Traces traces) {
        this(loops, store, publisher, clock, catalogue, RoutingMeters.unread(), traces);
    }

    public SessionService(
            Loops loops,
            SessionStore store,
            Publisher publisher,
            InstantSource clock,
            ToolCatalogue catalogue,
            RoutingMeters meters,
            Traces traces) {
        this.loops = loops;
        this.store = store;
        this.publisher = publisher;
        this.clock = clock;
        this.catalogue = catalogue;
        this.meters = meters;
        this.traces = traces;
    }

    /** Told of what becomes of commands. */
    public Traces traces() {
        return traces;
    }

    /** The time that goes into envelopes, in epoch milliseconds. */
    public long now() {
        return clock.millis();
    }

    public Future<Outcome<SessionStore.Created>> create(Access access, SessionKey key, Profile profile) {
        return create(access, key, profile, () -> store.create(key, profile, now()));
    }

    /** Under an id that was made up just now. */
    public Future<Outcome<SessionStore.Created>> createUnderNewId(Access access, SessionKey key, Profile profile) {
        return create(access, key, profile, () -> store.createUnderNewId(key, profile, now()));
    }

    private Future<Outcome<SessionStore.Created>> create(
            Access access,
            SessionKey key,
            Profile profile,
            Supplier<CompletionStage<Outcome<SessionStore.Created>>> work) {
        return permitted(access, key, Action.ADMIN, () -> catalogue
                .problem(profile)
                .<CompletionStage<Outcome<SessionStore.Created>>>map(
                        problem -> CompletableFuture.completedStage(Outcome.refused(ErrorCode.BAD_FIELD, problem)))
                .orElseGet(work));
    }

    /** For the mesh itself. */
    public Future<Outcome<SessionStore.Appended>> submit(Envelope envelope) {
        return submit(Access.ALL, envelope);
    }

    public Future<Outcome<SessionStore.Appended>> submit(Access access, Envelope envelope) {
        if (envelope.id() instanceof CommandId.Numbered id && id.issuedAt() > now() + CLOCKS_DIFFER_MILLIS) {
            // No server of ours issued it; once recorded, it would push honest client ids out of the session's memory.
            return Future.succeededFuture(
                    Outcome.refused(ErrorCode.ID_EXPIRED, "this client id was not issued by a server"));
        }
        return (envelope.origin().trace().isEmpty() ? appended(access, envelope) : traced(access, envelope))
                .onSuccess(outcome -> {
                    if (outcome instanceof Outcome.Done<SessionStore.Appended>(SessionStore.Appended appended)) {
                        publisher.publish(envelope.key(), appended);
                        if (envelope.command() instanceof Command.Decide decide && !appended.duplicate()) {
                            meters.decided(decide);
                        }
                    }
                });
    }

    private Future<Outcome<SessionStore.Appended>> appended(Access access, Envelope envelope) {
        return permitted(access, envelope.key(), action(envelope.command()), () -> checked(envelope));
    }

    /** What comes of the command goes on in its trace from here: the place lies in the session, for whoever runs the turn. */
    private Future<Outcome<SessionStore.Appended>> traced(Access access, Envelope envelope) {
        Span append =
                traces.append(About.of(envelope.key()).at(envelope.origin().trace()));
        return appended(access, envelope.traced(append.place())).onComplete(done -> end(append, done));
    }

    private static void end(Span append, AsyncResult<Outcome<SessionStore.Appended>> done) {
        if (done.failed()) {
            append.fail(ErrorCode.INTERNAL.wire());
            return;
        }
        switch (done.result()) {
            case Outcome.Done<SessionStore.Appended>(SessionStore.Appended appended) -> {
                append.with("sessionmesh.seq", appended.to());
                append.end();
            }
            case Outcome.Refused<SessionStore.Appended> refused ->
                append.fail(refused.code().wire());
        }
    }

    /** Other arguments for a call have to be such as its tool takes. Rules of that kind are no work for the thread that decides. */
    private CompletionStage<Outcome<SessionStore.Appended>> checked(Envelope envelope) {
        if (!(envelope.command() instanceof Command.Decide decide)
                || decide.arguments().isEmpty()) {
            return store.submit(envelope);
        }
        return store.view(envelope.key()).thenCompose(outcome -> switch (outcome) {
            case Outcome.Refused<State> refused -> CompletableFuture.completedStage(refused.as());
            case Outcome.Done<State>(State state) -> {
                Optional<String> wrong = state.call(decide.callIds().getFirst())
                        .flatMap(call -> wrong(state, call, decide.arguments().get()));
                yield wrong.isPresent()
                        ? CompletableFuture.completedStage(Outcome.refused(ErrorCode.BAD_ARGUMENTS, wrong.get()))
                        : store.submit(envelope);
            }
        });
    }

    private Optional<String> wrong(State state, ToolCall call, Payload arguments) {
        return catalogue.check(state.profile(), call.name(), arguments)
                        instanceof ToolCatalogue.Verdict.Invalid(String reason)
                ? Optional.of(reason)
                : Optional.empty();
    }

    public Future<Outcome<SessionStore.Slice>> read(Access access, SessionKey key, long after, int maxBytes) {
        return permitted(access, key, Action.READ, () -> store.read(key, after, maxBytes));
    }

    /** The UTF-8 bytes of a payload that lies apart from the log. */
    public Future<Outcome<byte[]>> blob(Access access, SessionKey key, String hash) {
        return permitted(access, key, Action.READ, () -> store.blob(key, hash));
    }

    public Future<Outcome<State>> view(Access access, SessionKey key) {
        return permitted(access, key, Action.READ, () -> store.view(key));
    }

    public Future<Outcome<Boolean>> delete(Access access, SessionKey key) {
        return permitted(access, key, Action.ADMIN, () -> store.delete(key));
    }

    /** The ids of the sessions that may be read, from behind {@code after}. */
    public Future<Outcome<List<String>>> list(Access access, String tenant, String after, int limit) {
        return loops.current()
                .bring(store.list(tenant, after, limit, id -> access.permits(new SessionKey(tenant, id), Action.READ)));
    }

    /** The chain of the session's decisions up to its durable head. */
    public Future<Outcome<AuditTrail>> audit(Access access, SessionKey key) {
        return fold(access, key, new AuditTrail(), AuditTrail::seq, AuditTrail::apply);
    }

    /** The log folded up to its durable head. */
    public Future<Outcome<Conversation>> conversation(Access access, SessionKey key) {
        return fold(access, key, new Conversation(), Conversation::seq, Conversation::apply);
    }

    private <T> Future<Outcome<T>> fold(
            Access access, SessionKey key, T folded, ToLongFunction<T> seq, BiConsumer<T, EventBatch> apply) {
        return read(access, key, seq.applyAsLong(folded), FOLD_BYTES).compose(outcome -> switch (outcome) {
            case Outcome.Refused<SessionStore.Slice> refused -> Future.succeededFuture(refused.as());
            case Outcome.Done<SessionStore.Slice>(SessionStore.Slice slice) -> {
                slice.batches().forEach(batch -> apply.accept(folded, batch));
                yield slice.batches().isEmpty() || seq.applyAsLong(folded) >= slice.head()
                        ? Future.succeededFuture(Outcome.done(folded))
                        : fold(access, key, folded, seq, apply);
            }
        });
    }

    private <T> Future<Outcome<T>> permitted(
            Access access, SessionKey key, Action action, Supplier<CompletionStage<Outcome<T>>> work) {
        if (!access.permits(key, action)) {
            return Future.succeededFuture(Outcome.refused(
                    ErrorCode.FORBIDDEN, "not granted: " + action.name().toLowerCase(java.util.Locale.ROOT)));
        }
        return loops.current().bring(work.get());
    }

    private static Action action(Command command) {
        return switch (command) {
            case Command.Input input -> Action.WRITE;
            case Command.Cancel cancel -> Action.WRITE;
            case Command.Steer steer -> Action.WRITE;
            case Command.ToolResult result -> Action.WRITE;
            case Command.Redo redo -> Action.WRITE;
            case Command.SelectBranch select -> Action.WRITE;
            case Command.Reorder reorder -> Action.WRITE;
            case Command.Withdraw withdraw -> Action.WRITE;
            case Command.ClaimTool claim -> Action.WRITE;
            case Command.BeatTool beat -> Action.WRITE;
            case Command.ReleaseTool release -> Action.WRITE;
            case Command.Decide decide -> Action.APPROVE;
            case Command.Delegate delegate -> Action.APPROVE;
            case Command.RevokeGrant revoke -> Action.APPROVE;
            case Command.Settle settle -> Action.APPROVE;
            case Command.Claim claim -> Action.RUN;
            case Command.Produce produce -> Action.RUN;
            case Command.Renew renew -> Action.RUN;
            case Command.Doubt doubt -> Action.RUN;
            case Command.Expire expire -> Action.RUN;
        };
    }
}
