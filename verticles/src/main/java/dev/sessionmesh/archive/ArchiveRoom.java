package dev.sessionmesh.archive;

import dev.sessionmesh.archive.ArchiveBus.Question;
import dev.sessionmesh.archive.ArchiveBus.What;
import dev.sessionmesh.archive.ArchiveSettings.Mode;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.trace.About;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's part of the archive: wires those who write, wake, put away and look after sessions. */
public final class ArchiveRoom implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveRoom.class);
    private static final long WORK_MILLIS = 20;
    private static final long HAND_OVER_MILLIS = 50;
    private static final long DUE_MILLIS = 1_000;
    private static final long UNTOLD_MILLIS = 1_000;
    private static final long CURSORS_MILLIS = 250;
    /** With what one round erases: up to 20 sessions a second. */
    private static final long RETENTION_MILLIS = 5_000;

    private static final long SLEEP_MILLIS_MAX = 2_000;
    private static final int TRIES = 4;
    private static final long RETRY_MILLIS = 200;

    private final Desk desk = new Desk();
    private final Figures figures = new Figures();
    private final Kit kit;
    private final Archiver archiver;
    private final Waker waker;
    private final Sleeper sleeper;
    private final DueWatch due;
    private final CursorCarrier carrier;
    private final UntoldWatch untold;
    private final Index index;
    private final Upkeep upkeep;
    private Optional<RetentionWatch> watch = Optional.empty();
    private volatile Supplier<Retention> retention = () -> Retention.FOR_EVER;
    private Function<SessionKey, CompletionStage<?>> sweep = gone -> CompletableFuture.completedStage(null);
    private final HandOver handOver;
    private volatile Optional<Health> health = Optional.empty();
    private String origin = "";
    private boolean started;

    /**
     * What the room needs.
     *
     * @param self incarnation of this node
     * @param mine whether this node looks through one of the lists of what is due
     * @param memoryUsed the part of the heap that is in use
     * @param wanted whether somebody still has something to do with a session that nobody follows
     * @param cursors of webhooks; asked from the start on
     */
    public record Kit(
            Archive archive,
            Memory memory,
            ArchiveBus bus,
            ArchiveSettings settings,
            Session machine,
            InstantSource clock,
            LongSupplier randomHistory,
            String self,
            IntPredicate mine,
            DoubleSupplier memoryUsed,
            Function<SessionKey, CompletionStage<Boolean>> wanted,
            Supplier<Cursors> cursors) {}

    public ArchiveRoom(Kit kit) {
        this.kit = kit;
        Context context = new Context(kit.archive(), kit.memory(), kit.settings(), figures, desk, kit.clock());
        index = new Index(context, kit.machine());
        carrier = new CursorCarrier(context, this::track, kit.cursors(), this::doubt);
        archiver = new Archiver(context, index, carrier, this::wakeSoon);
        waker = new Waker(context, kit.machine(), archiver, carrier, kit.randomHistory());
        upkeep = new Upkeep(context, waker, tenant -> retention.get().of(tenant));
        sleeper = new Sleeper(context, archiver, waker, carrier, upkeep, kit.memoryUsed(), this::isWanted);
        handOver = new HandOver(context, archiver, waker, carrier, index, upkeep);
        due = new DueWatch(kit.archive(), desk, kit.clock(), kit.mine(), key -> ask(What.LOOK, key, 0));
        untold = new UntoldWatch(context, carrier, kit.mine(), waker::wake);
    }

    private CompletionStage<Boolean> isWanted(SessionKey key) {
        return carrier.isBusy(key)
                ? CompletableFuture.completedStage(true)
                : kit.wanted().apply(key);
    }

    private Optional<Track> track(SessionKey key) {
        return archiver.known(key);
    }

    private void doubt(SessionKey key) {
        archiver.changed(key.toString());
    }

    /**
     * From the start on sleeping sessions are kept no longer than that.
     *
     * @param wanted asked each time
     * @param clear takes away what the memory has of a session that is gone
     */
    public void keep(Supplier<Retention> wanted, Function<SessionKey, CompletionStage<?>> clear) {
        retention = wanted;
        sweep = clear;
        watch = Optional.of(new RetentionWatch(kit.archive(), desk, kit.clock(), wanted, kit.mine(), this::retire));
    }

    private CompletableFuture<Outcome<Boolean>> retire(Listed session) {
        return ask(What.ERASE, session.key(), session.head()).thenCompose(outcome -> {
            boolean gone = outcome instanceof Outcome.Done<Boolean>(Boolean erased) && erased;
            if (!gone) {
                return CompletableFuture.completedFuture(outcome);
            }
            About.of(session.key()).info(LOG).log("session slept longer than it is kept, and is erased");
            return retired(session.key()).thenApply(swept -> outcome);
        });
    }

    private CompletableFuture<?> retired(SessionKey key) {
        figures.retired.increment();
        return sweep.apply(key)
                .handle((swept, failure) -> {
                    if (failure != null) {
                        About.of(key)
                                .warn(LOG)
                                .log("something of an erased session stays in memory: {}", failure.toString());
                    }
                    return true;
                })
                .toCompletableFuture();
    }

    /** Completes when other nodes can ask this one. May be called again when it failed. */
    public CompletionStage<?> start() {
        if (!started) {
            started = true;
            work();
        }
        return kit.bus().answer(this::answer);
    }

    private void work() {
        kit.memory().watch(archiver::changed, archiver::isBehind);
        desk.every(WORK_MILLIS, archiver::work);
        desk.every(Math.min(SLEEP_MILLIS_MAX, kit.settings().idle().toMillis()), sleeper::work);
        desk.every(HAND_OVER_MILLIS, handOver::work);
        desk.every(DUE_MILLIS, due::work);
        desk.every(UNTOLD_MILLIS, untold::work);
        desk.every(CURSORS_MILLIS, carrier::work);
        watch.ifPresent(keeper ->
                desk.every(Math.min(RETENTION_MILLIS, kit.settings().idle().toMillis()), keeper::work));
        desk.every(kit.settings().look().toMillis(), this::look);
    }

    /** The store as clients see it: with what sleeps in the archive. */
    public SessionStore over(SessionStore store) {
        return new ArchivedStore(store, kit.archive(), kit.settings().mode() == Mode.SYNC, this);
    }

    /** For those who look for sessions, and after them when they are gone. */
    public Archive archive() {
        return kit.archive();
    }

    public ArchiveSettings settings() {
        return kit.settings();
    }

    public Figures figures() {
        return figures;
    }

    /** In epoch milliseconds. */
    long now() {
        return kit.clock().millis();
    }

    /** A webhook's cursor in a session was moved; told on any thread. */
    public void moved(SessionKey key, String webhook, String cursor) {
        carrier.moved(key, webhook, cursor);
    }

    CompletableFuture<Outcome<Boolean>> wake(SessionKey key) {
        return ask(What.WAKE, key, 0);
    }

    CompletableFuture<Outcome<Boolean>> flush(SessionKey key, long seq) {
        return ask(What.FLUSH, key, seq);
    }

    private void wakeSoon(SessionKey key) {
        desk.bring(waker.wake(key), (outcome, failure) -> outcome.filter(Outcome.Refused.class::isInstance)
                .ifPresent(refused -> About.of(key).warn(LOG).log("session is not served: {}", refused)));
    }

    /** Asks whichever node answers for the session, again if that changes meanwhile. */
    private CompletableFuture<Outcome<Boolean>> ask(What what, SessionKey key, long seq) {
        CompletableFuture<Outcome<Boolean>> done = new CompletableFuture<>();
        ask(new Question(what, key, seq), 1, done);
        return done;
    }

    private void ask(Question question, int tries, CompletableFuture<Outcome<Boolean>> done) {
        String owner = kit.memory().ownerOf(question.key());
        CompletionStage<Outcome<Boolean>> answer = owner.isEmpty()
                ? CompletableFuture.completedStage(Archiver.away("no node answers for the session"))
                : owner.equals(kit.self()) ? answer(question) : kit.bus().ask(owner, question);
        desk.bring(answer, (outcome, failure) -> {
            Outcome<Boolean> result = outcome.orElseGet(() -> Archiver.away("the session's node failed"));
            boolean moved = result instanceof Outcome.Refused<Boolean>
                    && !kit.memory().ownerOf(question.key()).equals(owner);
            if (moved && tries < TRIES) {
                desk.after(RETRY_MILLIS, () -> ask(question, tries + 1, done));
            } else {
                done.complete(result);
            }
        });
    }

    private CompletionStage<Outcome<Boolean>> answer(Question question) {
        CompletableFuture<Outcome<Boolean>> done = new CompletableFuture<>();
        desk.run(() -> desk.bring(
                switch (question.what()) {
                    case WAKE -> waker.wake(question.key());
                    case FLUSH -> archiver.flush(question.key(), question.seq());
                    case LOOK -> look(question.key());
                    case ERASE -> waker.erase(question.key(), question.seq());
                },
                (outcome, failure) ->
                        done.complete(outcome.orElseGet(() -> Archiver.away("the session's node failed")))));
        return done;
    }

    /** What is due may be a turn, or only something that is done to a session while it sleeps. */
    private CompletionStage<Outcome<Boolean>> look(SessionKey key) {
        CompletableFuture<Outcome<Boolean>> done = new CompletableFuture<>();
        desk.bring(upkeep.tend(key), (result, failure) -> {
            switch (result.orElse(Upkeep.Result.NEEDED)) {
                case NEEDED -> serve(key, done);
                case TENDED -> done.complete(Outcome.done(false));
                case GONE ->
                    desk.bring(
                            retired(key),
                            (swept, missed) -> done.complete(
                                    Outcome.refused(ErrorCode.SESSION_DELETED, "the session was deleted")));
            }
        });
        return done;
    }

    private void serve(SessionKey key, CompletableFuture<Outcome<Boolean>> done) {
        desk.bring(waker.wake(key), (outcome, failure) -> {
            kit.memory()
                    .held(key)
                    .ifPresent(held -> desk.bring(
                            index.scheduleAnew(
                                    archiver.track(key), held.snapshot().state()),
                            (said, silent) -> {}));
            done.complete(outcome.orElseGet(() -> Archiver.away("the session's node failed")));
        });
    }

    /** An archive that was emptied is filled again from the memory. */
    private void look() {
        desk.bring(kit.archive().health(), (answer, failure) -> {
            health = answer;
            answer.ifPresent(this::compare);
        });
    }

    private void compare(Health now) {
        if (!origin.isEmpty() && !origin.equals(now.origin())) {
            archiver.refill();
        }
        origin = now.origin();
    }

    /** Whether the archive answered when it was asked last. */
    public boolean isReachable() {
        return health.isPresent();
    }

    /** How the archive and this node's part of it are, for operators. */
    public JsonObject status() {
        HandOver.Progress progress = handOver.progress();
        JsonObject failures = new JsonObject();
        for (ArchiveException.Kind kind : ArchiveException.Kind.values()) {
            failures.put(kind.name().toLowerCase(Locale.ROOT), figures.failures(kind));
        }
        return new JsonObject()
                .put("mode", kit.settings().mode().name().toLowerCase(Locale.ROOT))
                .put("cluster", kit.settings().cluster())
                .put("reachable", isReachable())
                .put("archive", health.map(Health::description).orElse(""))
                .put("replicas", health.map(Health::replicas).orElse(0))
                .put("lagEvents", figures.lagEvents())
                .put("lagMs", figures.lagMillis())
                .put("slept", figures.slept.sum())
                .put("woken", figures.woken.sum())
                .put("recovered", figures.recovered.sum())
                .put("failures", failures)
                .put(
                        "handOver",
                        new JsonObject()
                                .put("underWay", progress.underWay())
                                .put("left", progress.left())
                                .put("handedOver", progress.handedOver())
                                .put("ephemeral", progress.ephemeral()));
    }

    /** Hands this node's sessions to whichever cluster asks the archive for them, or keeps those that are still here. */
    public CompletionStage<JsonObject> handOver(boolean on) {
        CompletableFuture<JsonObject> done = new CompletableFuture<>();
        desk.run(() -> {
            if (on) {
                handOver.begin();
            } else {
                handOver.callOff();
            }
            done.complete(status());
        });
        return done;
    }

    /** Who holds what of a session, for operators. */
    public CompletionStage<Optional<Mark>> mark(SessionKey key) {
        return kit.archive().mark(key);
    }

    @Override
    public void close() {
        desk.close();
    }
}
