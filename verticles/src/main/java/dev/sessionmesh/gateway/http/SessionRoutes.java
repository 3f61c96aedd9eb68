package dev.sessionmesh.gateway.http;

import dev.sessionmesh.access.quota.Usages;
import dev.sessionmesh.codec.json.NewSession;
import dev.sessionmesh.codec.json.ProfileJson;
import dev.sessionmesh.codec.json.ServerJson;
import dev.sessionmesh.codec.json.StateJson;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.port.SessionStore.Created;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.routing.SessionService;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sessions as such: made, found, listed, deleted. */
final class SessionRoutes {
    static final int PAGE = 100;
    static final int PAGE_MOST = 1_000;
    private static final int ID_BYTES = 16;

    private final HttpApi.Kit kit;
    private final SecureRandom random = new SecureRandom();
    private final Map<SessionKey, Future<Outcome<Conversation>>> folding = new HashMap<>();

    /** Belongs to the event loop it is made on. */
    SessionRoutes(HttpApi.Kit kit) {
        this.kit = kit;
    }

    void create(RoutingContext call) {
        switch (ProfileJson.parse(Bodies.text(call), kit.defaultModel(), kit.limits())) {
            case Outcome.Refused<NewSession> refused -> Answers.refuse(call, refused);
            case Outcome.Done<NewSession>(NewSession wanted) -> create(call, wanted);
        }
    }

    private void create(RoutingContext call, NewSession wanted) {
        if (kit.draining().getAsBoolean()) {
            Answers.refuse(call, ErrorCode.DRAINING, "this node takes no new work");
            return;
        }
        Identity.Caller caller = AccessRoutes.caller(call);
        SessionKey key = caller.session(wanted.id().orElseGet(this::newId));
        Future<Outcome<Created>> made = kit.usages().place(caller.tenant()).compose(place -> place.map(
                        room -> create(caller, key, wanted, room))
                .orElseGet(() -> kit.service()
                        .view(caller.access(), key)
                        .map(found -> agreed(known(found, caller.tenant()), wanted))));
        Answers.when(call, made, created -> {
            if (created.fresh()) {
                call.response().putHeader("Location", "/v1/sessions/" + key.id());
                answer(call, 201, created.state(), new Conversation());
            } else {
                show(call, created.state());
            }
        });
    }

    private Future<Outcome<Created>> create(
            Identity.Caller caller, SessionKey key, NewSession wanted, Usages.Place place) {
        SessionService service = kit.service();
        Future<Outcome<Created>> made = wanted.id().isPresent()
                ? service.create(caller.access(), key, wanted.profile())
                : service.createUnderNewId(caller.access(), key, wanted.profile());
        return made.onComplete(done -> {
                    if (done.failed()
                            || !(done.result() instanceof Outcome.Done<Created>(var created) && created.fresh())) {
                        place.giveBack();
                    }
                })
                .compose(outcome -> isThere(outcome)
                        ? service.view(caller.access(), key).map(found -> agreed(found, wanted))
                        : Future.succeededFuture(outcome));
    }

    /** Who may have no more may still ask for one that he has. */
    private Outcome<State> known(Outcome<State> found, String tenant) {
        return found instanceof Outcome.Refused<State> refused && refused.code() == ErrorCode.SESSION_NOT_FOUND
                ? Outcome.refused(
                        ErrorCode.TOO_MANY_SESSIONS, kit.usages().full(tenant).limit())
                : found;
    }

    /** The store compares whole profiles; a caller only means the fields that it gave. */
    private static boolean isThere(Outcome<Created> outcome) {
        return switch (outcome) {
            case Outcome.Done<Created>(Created created) -> !created.fresh();
            case Outcome.Refused<Created> refused -> refused.code() == ErrorCode.SESSION_CONFLICT;
        };
    }

    private static Outcome<Created> agreed(Outcome<State> found, NewSession wanted) {
        return switch (found) {
            case Outcome.Refused<State> refused -> refused.as();
            case Outcome.Done<State>(State state) ->
                wanted.contradiction(state.profile())
                        .<Outcome<Created>>map(field -> Outcome.refused(
                                ErrorCode.SESSION_CONFLICT,
                                "session " + state.key().id() + " has another " + field))
                        .orElse(Outcome.done(new Created(state, false)));
        };
    }

    void list(RoutingContext call) {
        Identity.Caller caller = AccessRoutes.caller(call);
        int limit = Query.limit(call, PAGE, PAGE_MOST);
        @Nullable String after = call.request().getParam("after");
        if (after != null && !after.isEmpty() && !SessionKey.isValid(after)) {
            throw new BadRequestException(ErrorCode.BAD_FIELD, "after is not the id of a session");
        }
        Answers.when(
                call,
                kit.service().list(caller.access(), caller.tenant(), after == null ? "" : after, limit + 1),
                ids -> {
                    List<String> page = ids.size() > limit ? ids.subList(0, limit) : ids;
                    Optional<String> next = ids.size() > limit ? Optional.of(page.getLast()) : Optional.empty();
                    Answers.json(call, 200, ServerJson.sessions(page, next));
                });
    }

    void get(RoutingContext call, Identity.Caller caller, SessionKey key) {
        Answers.when(call, kit.service().view(caller.access(), key), state -> show(call, state));
    }

    void delete(RoutingContext call, Identity.Caller caller, SessionKey key) {
        Answers.when(call, kit.service().delete(caller.access(), key), deleted -> call.response()
                .setStatusCode(204)
                .end());
    }

    /** The log is folded only where it holds what the state does not: the arguments of calls, and branches. */
    private void show(RoutingContext call, State state) {
        if (state.calls().isEmpty() && state.counters().redone() == 0) {
            answer(call, 200, state, new Conversation());
        } else {
            Answers.when(call, fold(state), conversation -> answer(call, 200, state, conversation));
        }
    }

    /**
     * For those who were shown the state already. Who asks while the log is being folded waits for that, unless it ends before what the state
     * knows.
     */
    private Future<Outcome<Conversation>> fold(State state) {
        Future<Outcome<Conversation>> shared = folding.get(state.key());
        if (shared == null) {
            Future<Outcome<Conversation>> own = kit.service().conversation(Access.ALL, state.key());
            folding.put(state.key(), own);
            return own.onComplete(done -> folding.remove(state.key(), own));
        }
        return shared.compose(outcome ->
                outcome instanceof Outcome.Done<Conversation>(Conversation known) && known.seq() < state.head()
                        ? fold(state)
                        : Future.succeededFuture(outcome));
    }

    private void answer(RoutingContext call, int status, State state, Conversation conversation) {
        Answers.json(
                call,
                status,
                StateJson.session(state, conversation, kit.limits().documentBytes()));
    }

    /** Nobody guesses it. */
    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
