package dev.sessionmesh.access;

import dev.sessionmesh.cluster.MeshNames;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.loop.Loops;
import dev.sessionmesh.loop.VertxLoops;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits whoever proves who he is: by a token, by the key of a back end, or by a ticket that one of these was exchanged for. What is taken back is told to
 * every node at once, and read again now and then by those that did not hear it.
 */
public final class Admission {
    public static final long TICKET_MILLIS = 30_000;
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final int CREDENTIAL_CHARS = 8_000;
    private static final int TICKET_BYTES = 24;
    private static final long READ_AGAIN_MILLIS = 10_000;
    private static final long FORGET_EVERY_MILLIS = 3_600_000;
    /** What was taken back is remembered for longer than any token lives. */
    private static final long REMEMBERED_MILLIS = Claims.LONGEST_MILLIS + TimeUnit.DAYS.toMillis(1);
    /** More than anybody needs; each costs memory on every node. */
    private static final int REVOCATIONS_MOST = 100_000;

    /**
     * Who came in.
     *
     * @param roles that he has, as far as the issuer says
     * @param expiresInMs how long his credential is good for; empty: until it is taken back
     */
    public record Admitted(String tenant, String user, List<String> roles, Access access, OptionalLong expiresInMs) {}

    /** What a ticket is handed out as. */
    public record Ticket(String value, long expiresInMs) {}

    private final Vertx vertx;
    private final Optional<TokenKeys> tokens;
    private final Optional<BackEndKeys> backEnds;
    private final BooleanSupplier quorum;
    private final InstantSource clock;
    private final Revocations revocations = new Revocations();
    private final SecureRandom random = new SecureRandom();
    private final Loops loops;
    private volatile boolean listens;
    private boolean started;

    /** @param quorum whether this node sees the majority of the cluster */
    public Admission(
            Vertx vertx,
            Optional<TokenKeys> tokens,
            Optional<BackEndKeys> backEnds,
            BooleanSupplier quorum,
            InstantSource clock) {
        this.vertx = vertx;
        this.tokens = tokens;
        this.backEnds = backEnds;
        this.quorum = quorum;
        this.clock = clock;
        this.loops = new VertxLoops(vertx);
    }

    /** Learns what was taken back before and listens for more; completes when it knows. May be called again when it failed. */
    public Future<Void> start() {
        if (!started) {
            started = true;
            vertx.setPeriodic(READ_AGAIN_MILLIS, timer -> readAgain()
                    .onFailure(failure ->
                            LOG.warn("what was revoked elsewhere could not be read: {}", failure.toString())));
            vertx.setPeriodic(FORGET_EVERY_MILLIS, timer -> revocations.forget(clock.millis() - REMEMBERED_MILLIS));
        }
        return listen().compose(heard -> readAgain());
    }

    private Future<Void> listen() {
        if (listens) {
            return Future.succeededFuture();
        }
        MessageConsumer<String> consumer = vertx.eventBus()
                .consumer(MeshNames.REVOKED, message -> Revocation.decode(message.body())
                        .ifPresent(revocations::add));
        return consumer.completion()
                .onFailure(uncertain -> consumer.unregister())
                .onSuccess(registered -> listens = true);
    }

    private Future<Void> readAgain() {
        return revoked().compose(AsyncMap::values).map(values -> {
            values.forEach(value -> Revocation.decode(value).ifPresent(revocations::add));
            return null;
        });
    }

    /** A token or the key of a back end. */
    public Future<Outcome<Admitted>> admit(String credential) {
        if (credential.length() > CREDENTIAL_CHARS) {
            return refused("the credential is too long");
        }
        if (credential.startsWith(BackEndKeys.PREFIX)) {
            return Future.succeededFuture(backEnds.map(keys -> keys.verify(credential))
                            .orElse(Outcome.refused(ErrorCode.UNAUTHORIZED, "the key is not valid here")))
                    .map(this::admitted);
        }
        return tokens.map(keys -> here(keys.verify(credential).map(this::admitted)))
                .orElseGet(() -> refused("the token is not valid here"));
    }

    private Outcome<Admitted> admitted(Outcome<Claims> proven) {
        return switch (proven) {
            case Outcome.Refused<Claims> refused -> refused.as();
            case Outcome.Done<Claims>(Claims claims) -> {
                long now = clock.millis();
                Credential credential = new Credential(claims, known(claims), revocations, clock);
                yield credential.isValid()
                        ? Outcome.done(new Admitted(
                                claims.tenant(),
                                claims.user(),
                                claims.roles(),
                                credential,
                                claims.expiresAt().stream().map(at -> at - now).findFirst()))
                        : Outcome.refused(ErrorCode.UNAUTHORIZED, "the credential is expired or revoked");
            }
        };
    }

    /** What expires is good until then; what does not has to stay in the file. */
    private BooleanSupplier known(Claims claims) {
        return claims.expiresAt().isPresent()
                ? () -> true
                : () -> backEnds.filter(keys -> keys.stillGrants(claims)).isPresent();
    }

    /** Something that opens one connection, once, within half a minute: for clients that can send no header. */
    public Future<Outcome<Ticket>> ticket(Access holder) {
        if (!(holder instanceof Credential credential) || !credential.isValid()) {
            return refused("no credential that a ticket could stand for");
        }
        if (!quorum.getAsBoolean()) {
            return cutOff();
        }
        byte[] bytes = new byte[TICKET_BYTES];
        random.nextBytes(bytes);
        String ticket = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return here(tickets()
                .compose(map -> map.put(
                        BackEndKeys.sha256(ticket), credential.claims().toJson().encode(), TICKET_MILLIS))
                .map(stored -> Outcome.done(new Ticket(ticket, TICKET_MILLIS))));
    }

    /** A ticket, which is good no more afterwards. */
    public Future<Outcome<Admitted>> redeem(String ticket) {
        if (ticket.length() > CREDENTIAL_CHARS) {
            return refused("the ticket is too long");
        }
        if (!quorum.getAsBoolean()) {
            return cutOff();
        }
        return here(tickets()
                .compose(map -> map.remove(BackEndKeys.sha256(ticket)))
                .map(claims -> claims == null
                        ? Outcome.refused(ErrorCode.UNAUTHORIZED, "the ticket was used, is expired, or never was")
                        : admitted(Outcome.done(Claims.of(new JsonObject(claims))))));
    }

    /**
     * Takes back what was issued up to now, within the tenant of who asks; he must administer all of its sessions. Completes when it is kept; every node
     * that can be reached has been told then.
     */
    public Future<Outcome<Boolean>> revoke(Access holder, JsonObject what) {
        if (!(holder instanceof Credential credential) || !credential.isValid()) {
            return refused("no credential that could take something back");
        }
        Claims claims = credential.claims();
        Revocation revocation;
        try {
            revocation = Revocation.parse(what, claims.tenant(), clock.millis());
        } catch (IllegalArgumentException unfit) {
            return Future.succeededFuture(Outcome.refused(ErrorCode.BAD_FIELD, String.valueOf(unfit.getMessage())));
        }
        if (!claims.grants().permitEverywhere(Access.Action.ADMIN)) {
            return Future.succeededFuture(Outcome.refused(ErrorCode.FORBIDDEN, "not granted: admin of all sessions"));
        }
        if (revocations.size() >= REVOCATIONS_MOST) {
            return Future.succeededFuture(
                    Outcome.refused(ErrorCode.RATE_LIMITED, "more is taken back than can be remembered"));
        }
        // An entry for each time it is said: of two nodes whose clocks differ, or two sides of a split, neither must
        // undo the other's.
        String entry = revocation.key() + " " + revocation.before();
        return here(revoked()
                .compose(map -> map.put(entry, revocation.encode(), REMEMBERED_MILLIS))
                .map(kept -> {
                    revocations.add(revocation);
                    vertx.eventBus().publish(MeshNames.REVOKED, revocation.encode());
                    LOG.info("revoked: {}", revocation.key());
                    return Outcome.done(true);
                }));
    }

    /** What another event loop, or none, completes goes on where it was asked for. */
    private <T> Future<T> here(Future<T> work) {
        return loops.current().bring(work.toCompletionStage());
    }

    private Future<AsyncMap<String, String>> tickets() {
        return vertx.sharedData().getAsyncMap(MeshNames.TICKETS);
    }

    private Future<AsyncMap<String, String>> revoked() {
        return vertx.sharedData().getAsyncMap(MeshNames.REVOKED);
    }

    /** Both sides of a split have what was handed out before it: only one of them may take it. */
    private static <T> Future<Outcome<T>> cutOff() {
        return Future.succeededFuture(
                Outcome.refused(ErrorCode.NO_QUORUM, "this node is cut off, and tickets are good once in the cluster"));
    }

    private static <T> Future<Outcome<T>> refused(String why) {
        return Future.succeededFuture(Outcome.refused(ErrorCode.UNAUTHORIZED, why));
    }
}
