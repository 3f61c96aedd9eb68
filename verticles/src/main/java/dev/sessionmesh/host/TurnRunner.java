package dev.sessionmesh.host;

import dev.sessionmesh.codec.json.Texts;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.port.ToolCatalogue;
import dev.sessionmesh.core.port.ToolExecutor;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.Output;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.routing.Delivery;
import dev.sessionmesh.routing.Exchanges;
import dev.sessionmesh.routing.FeedListener;
import dev.sessionmesh.routing.FeedStart;
import dev.sessionmesh.routing.SessionService;
import dev.sessionmesh.trace.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one turn in one epoch: folds the log, asks the model for a step, appends what it says, runs the tools it calls, and goes on
 * until the turn is over. All it knows it has from the log, so that another node can go on from the same place; it stops at the first
 * sign that somebody else has the turn. Confined to the session's event loop.
 */
final class TurnRunner implements FeedListener {
    private static final Logger LOG = LoggerFactory.getLogger(TurnRunner.class);

    /** What all runners of a node share. */
    record Kit(
            SessionService service,
            Exchanges exchanges,
            Providers providers,
            ToolCatalogue catalogue,
            ToolExecutor tools,
            Limits limits,
            HostMeters meters) {}

    /** How often in a row a step is begun anew before the turn is given up. */
    private static final int RESTARTS = 3;

    private final Kit kit;
    private final SessionKey key;
    private final String turn;
    private final int epoch;
    private final Runnable going;
    private final Consumer<TurnRunner> ended;
    private final Writer writer;
    private final List<Delivery> early = new ArrayList<>();
    private final ToolRuns tools;
    private final RunningStep step = new RunningStep();
    private final RunTrace trace;
    private @Nullable Conversation conversation;
    private Optional<Providers.Chosen> chosen = Optional.empty();
    private Profile profile = Profile.ofModel("");
    private boolean stopped;
    private int restarts;
    private long claimedTo;

    /** @param going called once, when it has read the log and goes on */
    TurnRunner(Kit kit, SessionKey key, String turn, int epoch, Runnable going, Consumer<TurnRunner> ended) {
        this.kit = kit;
        this.key = key;
        this.turn = turn;
        this.epoch = epoch;
        this.going = going;
        this.ended = ended;
        this.trace = new RunTrace(kit.service().traces(), key, turn, epoch);
        this.writer = new Writer(kit, key, turn, epoch, this::onFlushed, this::stop);
        this.tools = new ToolRuns(kit, key, writer, trace);
    }

    boolean runs(String aTurn, int anEpoch) {
        return aTurn.equals(turn) && anEpoch == epoch && !stopped;
    }

    void start() {
        kit.exchanges().subscribe(key, this).onComplete(done -> {
            if (stopped) {
                kit.exchanges().unsubscribe(key, this);
            } else if (done.succeeded() && done.result() instanceof Outcome.Done<FeedStart>) {
                load();
            } else {
                stop();
            }
        });
    }

    private void load() {
        kit.service().view(Access.ALL, key).onComplete(done -> {
            // A side without the majority shows less than is there: a step must not begin without what it answers.
            if (done.succeeded()
                    && done.result() instanceof Outcome.Done<State>(State state)
                    && state.turn(turn).filter(seen -> seen.runEpoch() == epoch).isPresent()) {
                trace.started(state.turn(turn).get());
                claimedTo = state.head();
                profile = state.profile();
                chosen = kit.providers().choose(profile.model());
                fold();
            } else {
                stop();
            }
        });
    }

    private void fold() {
        kit.service().conversation(Access.ALL, key).onComplete(done -> {
            if (stopped) {
                return;
            }
            if (done.succeeded()
                    && done.result() instanceof Outcome.Done<Conversation>(Conversation folded)
                    && folded.seq() >= claimedTo) {
                conversation = folded;
                List<Delivery> missed = List.copyOf(early);
                early.clear();
                missed.forEach(this::events);
                writer.start();
                going.run();
                advance();
            } else {
                stop();
            }
        });
    }

    void stop() {
        if (!stopped) {
            stopped = true;
            step.cancel();
            tools.cancel();
            trace.letGo();
            writer.close();
            kit.exchanges().unsubscribe(key, this);
            ended.accept(this);
        }
    }

    @Override
    public void events(Delivery delivery) {
        @Nullable Conversation folded = conversation;
        if (folded == null) {
            early.add(delivery);
            return;
        }
        if (stopped || delivery.to() <= folded.seq()) {
            return;
        }
        folded.apply(delivery.batch().after(folded.seq()));
        delivery.batch().events().forEach(this::react);
        advance();
    }

    @Override
    public void recovering(String lost) {}

    @Override
    public void ended() {
        stop();
    }

    private void react(Event event) {
        if (event instanceof Event.TurnEnded over && over.turn().equals(turn)) {
            kit.meters().ended(over.status());
            trace.ended(over);
            stop();
        } else if (event instanceof Event.TurnClaimed claimed
                && claimed.turn().equals(turn)
                && claimed.runEpoch() > epoch) {
            trace.overtaken();
            stop();
        } else if (event instanceof Event.Steered steered && steered.turn().equals(turn)) {
            step.cancel();
        } else if (event instanceof Event.ToolRetried retried) {
            tools.retry(retried.callId());
        }
    }

    private void onFlushed() {
        step.resume();
        advance();
    }

    /** Does what comes next, once all that was written is in the log and folded back. */
    private void advance() {
        @Nullable Conversation folded = conversation;
        if (stopped || folded == null || step.isRunning() || !writer.isSettled(folded.seq())) {
            return;
        }
        boolean waiting = false;
        for (Conversation.Item item : folded.items(turn)) {
            if (item instanceof Conversation.Called call && call.outcome().isEmpty()) {
                waiting = true;
                tools.runIfDue(call, profile);
            }
        }
        if (!waiting) {
            startStep(folded);
        }
    }

    private void startStep(Conversation folded) {
        if (chosen.isEmpty()) {
            finish(new Provider.End.Failed("unknown_model", "no provider for model " + profile.model()));
            return;
        }
        Providers.Chosen by = chosen.get();
        Span span = trace.step(by.name(), by.model());
        step.start(
                by.provider(),
                new Provider.Request(
                        key,
                        profile,
                        kit.catalogue().tools(profile),
                        by.model(),
                        folded,
                        turn,
                        unfinished(folded),
                        span.place()),
                span);
    }

    private String unfinished(Conversation folded) {
        return folded.items(turn).stream()
                .filter(Conversation.Said.class::isInstance)
                .map(Conversation.Said.class::cast)
                .filter(said -> said.role() == Conversation.Role.ASSISTANT && !said.complete())
                .map(Conversation.Said::text)
                .findFirst()
                .orElse("");
    }

    private void finish(Provider.End end) {
        switch (end) {
            case Provider.End.Stop(Usage cost) -> writer.add(new Output.End(TurnStatus.COMPLETED, "", "", cost));
            case Provider.End.Continue(Usage cost) -> {
                restarts = 0;
                writer.add(new Output.StepEnded(cost));
                advance();
            }
            case Provider.End.Restart(String code, String reason) -> {
                if (++restarts > RESTARTS) {
                    finish(new Provider.End.Failed(code, reason));
                } else {
                    writer.add(new Output.Supersede());
                    advance();
                }
            }
            case Provider.End.Failed(String code, String reason) -> {
                trace.about().info(LOG).log("turn failed: {}", code);
                writer.add(new Output.End(TurnStatus.FAILED, code, reason, Usage.UNKNOWN));
            }
        }
    }

    /** The step under way, and the sink that ignores what an abandoned step still says. */
    private final class RunningStep {
        private @Nullable StepSink sink;
        private Provider.@Nullable Step running;
        private StepTrace told = StepTrace.NONE;

        boolean isRunning() {
            return sink != null;
        }

        void start(Provider provider, Provider.Request request, Span span) {
            StepSink mine = new StepSink();
            sink = mine;
            told = new StepTrace(span);
            try {
                Provider.Step started = provider.start(request, mine);
                if (sink == mine) {
                    running = started;
                }
            } catch (RuntimeException bug) {
                trace.about().error(LOG).setCause(bug).log("provider failed");
                mine.end(new Provider.End.Failed("provider_error", "the provider failed"));
            }
        }

        void resume() {
            if (running != null && !writer.isBehind()) {
                running.resume();
            }
        }

        private boolean isTooLarge(Payload payload) {
            return payload instanceof Payload.Inline(String text)
                    && Texts.utf8Length(text) > kit.limits().inlineBytes();
        }

        void cancel() {
            told.cancelled();
            sink = null;
            if (running != null) {
                running.cancel();
                running = null;
            }
        }

        private final class StepSink implements Provider.Sink {
            @Override
            public void piece(DeltaKind kind, String piece) {
                if (sink == this && !piece.isEmpty()) {
                    trace.spoke();
                    told.said(piece);
                    writer.piece(kind, piece);
                    if (writer.isBehind() && running != null) {
                        running.pause();
                    }
                }
            }

            @Override
            public void call(String tool, Payload arguments) {
                make(tool, arguments, CallRequest.ofScope(kit.catalogue(), profile, tool, arguments));
            }

            @Override
            public void call(String tool, Payload arguments, Executor executor, boolean approval) {
                make(
                        tool,
                        arguments,
                        CallRequest.ofProvider(kit.catalogue(), profile, tool, arguments, executor, approval));
            }

            private void make(String tool, Payload arguments, Output call) {
                if (sink != this) {
                    return;
                }
                if (isTooLarge(arguments)) {
                    cancel();
                    finish(new Provider.End.Failed(
                            "too_large", "the arguments of a call of " + tool + " are too long"));
                } else {
                    writer.add(call);
                }
            }

            @Override
            public void steered(String steerId) {
                if (sink == this) {
                    writer.add(new Output.SteerConsumed(steerId));
                }
            }

            @Override
            public void end(Provider.End end) {
                if (sink == this) {
                    sink = null;
                    running = null;
                    told.ended(end);
                    finish(end);
                }
            }
        }
    }
}
