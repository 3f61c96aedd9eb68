package dev.sessionmesh.host;

import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.SessionStore.Appended;
import dev.sessionmesh.core.port.ToolCatalogue;
import dev.sessionmesh.core.port.ToolExecutor;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Session;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.Turn;
import dev.sessionmesh.loop.Loops;
import dev.sessionmesh.routing.Exchanges;
import dev.sessionmesh.routing.OwnedSessions;
import dev.sessionmesh.routing.SessionService;
import dev.sessionmesh.trace.About;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reconciler: looks at the sessions this node owns and sees to it that every active turn has a runner and every deadline fires.
 * Level-triggered: it acts on what is, at once when something changed and again on a short period, and never on the memory of an
 * event. The epoch in the claim decides between two that act at the same time.
 */
public final class TurnHost {
    private static final Logger LOG = LoggerFactory.getLogger(TurnHost.class);
    private static final long PERIOD_MILLIS = 250;

    private final Loops loops;
    private final SessionService service;
    private final Exchanges exchanges;
    private final OwnedSessions sessions;
    private final Session machine;
    private final Runner self;
    private final TurnRunner.Kit kit;
    private final Leases leases;
    private final Map<SessionKey, TurnRunner> running = new ConcurrentHashMap<>();
    private final Map<SessionKey, String> claiming = new ConcurrentHashMap<>();
    private final Claims claims;
    private final Vacancies vacancies;
    private final HostMeters meters;
    private volatile boolean retired;

    public TurnHost(
            Loops loops,
            SessionService service,
            Exchanges exchanges,
            OwnedSessions sessions,
            Providers providers,
            ToolCatalogue catalogue,
            ToolExecutor tools,
            Limits limits,
            Runner self) {
        this(loops, service, exchanges, sessions, providers, catalogue, tools, limits, self, HostMeters.unread());
    }

    public TurnHost(
            Loops loops,
            SessionService service,
            Exchanges exchanges,
            OwnedSessions sessions,
            Providers providers,
            ToolCatalogue catalogue,
            ToolExecutor tools,
            Limits limits,
            Runner self,
            HostMeters meters) {
        this.loops = loops;
        this.service = service;
        this.exchanges = exchanges;
        this.sessions = sessions;
        this.machine = new Session(limits);
        this.self = self;
        this.leases = new Leases(limits.lease(), loops::nanos);
        this.claims = new Claims(loops::nanos);
        this.vacancies = new Vacancies(loops::nanos);
        this.meters = meters;
        this.kit = new TurnRunner.Kit(service, exchanges, providers, catalogue, tools, limits, meters);
    }

    public void start() {
        sessions.onChange(this::lookSoon);
        loops.create().every(PERIOD_MILLIS, this::lookAtAll);
    }

    /** Looks at every session now: a node has gone, or partitions have moved. */
    public void lookAtAll() {
        sessions.active().forEach(this::lookSoon);
    }

    /** How many turns run on this node. */
    public int size() {
        return running.size();
    }

    /** Takes no more turns and lets go of those that run: somebody else goes on where the log ends. */
    public void retire() {
        retired = true;
        sessions.onChange(key -> {});
        running.forEach((key, runner) -> exchanges.loopOf(key).execute(runner::stop));
    }

    private void lookSoon(SessionKey key) {
        exchanges.loopOf(key).execute(() -> look(key));
    }

    private void look(SessionKey key) {
        if (retired) {
            return;
        }
        Optional<State> owned = sessions.owned(key);
        if (owned.isEmpty()) {
            forget(key);
            return;
        }
        sessions.upkeep(key);
        State state = owned.get();
        if (machine.nextDeadline(state) <= service.now()) {
            submit(key, new Command.Expire());
        }
        Optional<Turn> current = state.current();
        if (current.isEmpty()) {
            forget(key);
        } else if (current.get().runner().equals(Runner.NONE)) {
            claim(key, current.get());
        } else {
            need(key, current.get()).ifPresent(need -> {
                // While a claim is under way, what it changed may be seen before its answer: the new runner is not
                // lost, only not here yet.
                if (!claiming.containsKey(key)) {
                    vacancies.noticed(key, current.get().id(), current.get().runEpoch(), need);
                }
                claim(key, current.get());
            });
        }
    }

    private void forget(SessionKey key) {
        leases.forget(key);
        claims.forget(key);
        vacancies.forget(key);
    }

    private Optional<Need> need(SessionKey key, Turn turn) {
        if (sessions.isGone(turn.runner().incarnation())) {
            return Optional.of(Need.GONE);
        }
        @Nullable TurnRunner mine = running.get(key);
        boolean here = turn.runner().equals(self);
        if (here && (mine == null || !mine.runs(turn.id(), turn.runEpoch()))) {
            return Optional.of(Need.LOST);
        }
        return !turn.status().waiting() && leases.stoodStill(key, turn) ? Optional.of(Need.LEASE) : Optional.empty();
    }

    private void claim(SessionKey key, Turn turn) {
        if (!claims.mayTry(key, turn)) {
            return;
        }
        String what = turn.id() + "." + turn.runEpoch();
        if (claiming.putIfAbsent(key, what) != null) {
            return;
        }
        Command claim = new Command.Claim(turn.id(), turn.runEpoch(), turn.beat(), self);
        submit(key, claim).onComplete(done -> {
            claiming.remove(key, what);
            if (done.succeeded() && done.result() instanceof Outcome.Done<Appended>) {
                run(key, turn.id(), turn.runEpoch() + 1);
            }
        });
    }

    private void run(SessionKey key, String turn, int epoch) {
        if (epoch > 1) {
            About.of(key, turn, epoch).info(LOG).log("turn taken over");
        }
        @Nullable TurnRunner mine = running.get(key);
        if (mine != null && mine.runs(turn, epoch)) {
            return;
        }
        Runnable going = epoch > 1 ? takenOver(key) : meters.begun()::increment;
        TurnRunner runner = new TurnRunner(kit, key, turn, epoch, going, ended -> {
            running.remove(key, ended);
            lookSoon(key);
        });
        @Nullable TurnRunner before = running.put(key, runner);
        if (before != null) {
            before.stop();
        }
        runner.start();
    }

    /** @return to be done when the turn goes on */
    private Runnable takenOver(SessionKey key) {
        Optional<Vacancies.Vacancy> vacancy = vacancies.filled(key);
        vacancy.ifPresent(known -> meters.takeovers().increment(known.need()));
        return () -> vacancy.ifPresent(known -> meters.takeover().nanos(loops.nanos() - known.sinceNanos()));
    }

    private Future<Outcome<Appended>> submit(SessionKey key, Command command) {
        return service.submit(Envelope.internal(key, service.now(), 0, command))
                .onFailure(failure -> About.of(key).error(LOG).setCause(failure).log("session could not be served"));
    }
}
