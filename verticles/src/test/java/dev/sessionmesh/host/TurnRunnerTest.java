package dev.sessionmesh.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.codec.Bundle;
import dev.sessionmesh.codec.BundleCodec;
import dev.sessionmesh.core.Actor;
import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.Budget;
import dev.sessionmesh.core.InputPolicy;
import dev.sessionmesh.core.Limits;
import dev.sessionmesh.core.Origin;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.Runner;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.log.EventBatch;
import dev.sessionmesh.core.memory.MemorySessionStore;
import dev.sessionmesh.core.port.Access;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.port.SessionStore.Slice;
import dev.sessionmesh.core.port.ToolCatalogue;
import dev.sessionmesh.core.port.ToolExecutor;
import dev.sessionmesh.core.session.Command;
import dev.sessionmesh.core.session.CommandId;
import dev.sessionmesh.core.session.Conversation;
import dev.sessionmesh.core.session.DeltaKind;
import dev.sessionmesh.core.session.Envelope;
import dev.sessionmesh.core.session.Event;
import dev.sessionmesh.core.session.State;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.TurnStatus;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.loop.Loops;
import dev.sessionmesh.loop.VertxLoops;
import dev.sessionmesh.routing.Delivery;
import dev.sessionmesh.routing.Exchanges;
import dev.sessionmesh.routing.FeedListener;
import dev.sessionmesh.routing.SessionService;
import dev.sessionmesh.routing.VertxBus;
import dev.sessionmesh.trace.HeardTraces;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a runner makes of a model's steps and of tools, against the store in memory. */
@Timeout(30)
final class TurnRunnerTest {
    private static final SessionKey KEY = new SessionKey("default", "s1");
    private static final Actor ADA = new Actor(Actor.Kind.PERSON, "ada");
    private static final String CLIENT = "00-1af7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01";
    private static final String LONG = "{\"text\":\"" + "a long text \u00fc ".repeat(5_000) + "\"}";

    private final Vertx vertx = Vertx.vertx();
    private final Loops loops = new VertxLoops(vertx);
    private final BlockingQueue<ToolExecutor.Call> run = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> cancelled = new LinkedBlockingQueue<>();
    private final CompletableFuture<ToolExecutor.Progress> progress = new CompletableFuture<>();
    private CompletableFuture<ToolExecutor.Result> answer =
            CompletableFuture.completedFuture(new ToolExecutor.Result(ToolCall.Outcome.OK, Payload.of("\"found\"")));
    private final HeardTraces traces = new HeardTraces();
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private Exchanges exchanges;
    private SessionService service;

    @BeforeEach
    void start() throws Exception {
        vertx.eventBus().registerDefaultCodec(Bundle.class, new BundleCodec());
        MemorySessionStore store = new MemorySessionStore(Limits.DEFAULT, new AtomicLong()::incrementAndGet);
        exchanges = new Exchanges(loops, new VertxBus(vertx), store, new OneNode(), 1);
        await(exchanges.start());
        service = new SessionService(loops, store, exchanges, InstantSource.system(), ToolCatalogue.SCOPE, traces);
        ToolSpec ask = ToolSpec.named("pay", Executor.SERVER).with(ApprovalPolicy.ALWAYS);
        Profile profile = new Profile(
                "fake",
                "",
                "",
                List.of(ToolSpec.named("look", Executor.SERVER), ask),
                Map.of(),
                InputPolicy.ENQUEUE,
                Budget.UNLIMITED);
        await(service.create(Access.ALL, KEY, profile));
        submit("c1", new Command.Input(Payload.of("hello"), Optional.empty()));
    }

    @AfterEach
    void stop() throws Exception {
        await(vertx.close());
    }

    @Test
    void a_step_that_begins_anew_supersedes_what_it_had_said() throws Exception {
        AtomicInteger steps = new AtomicInteger();
        runTurn(sink -> {
            if (steps.incrementAndGet() == 1) {
                sink.piece(DeltaKind.TEXT, "wrong ");
                sink.end(new Provider.End.Restart("broken", "the line broke"));
            } else {
                sink.piece(DeltaKind.TEXT, "right");
                sink.end(new Provider.End.Stop(new Usage(3, 1)));
            }
        });
        Event.TurnEnded end = ended();
        assertEquals(TurnStatus.COMPLETED, end.status());
        assertTrue(log().contains(new Event.MessageSuperseded("t1", "m1")), () -> log().toString());
        assertEquals(List.of("hello", "right"), texts());
    }

    @Test
    void a_step_that_begins_anew_again_and_again_fails_the_turn() throws Exception {
        AtomicInteger steps = new AtomicInteger();
        runTurn(sink -> {
            steps.incrementAndGet();
            sink.piece(DeltaKind.TEXT, "a");
            sink.end(new Provider.End.Restart("broken", "the line broke"));
        });
        Event.TurnEnded end = ended();
        assertEquals(TurnStatus.FAILED, end.status());
        assertEquals("broken", end.code());
        assertEquals(4, steps.get(), "once, and three times anew");
    }

    @Test
    void steps_cost_adds_up_and_a_tool_that_is_not_there_is_told_to_the_model() throws Exception {
        AtomicInteger steps = new AtomicInteger();
        runTurn(sink -> {
            if (steps.incrementAndGet() == 1) {
                sink.call("rm", Payload.of("{}"));
                sink.call("look", Payload.of("{\"n\":1}"));
                sink.end(new Provider.End.Continue(new Usage(10, 2)));
            } else {
                sink.end(new Provider.End.Stop(new Usage(30, 4)));
            }
        });
        Event.TurnEnded end = ended();
        assertEquals(new Usage(40, 6), end.usage());
        ToolExecutor.Call call = run.poll(10, TimeUnit.SECONDS);
        assertEquals("look", call.tool().name());
        assertEquals(0, run.size(), "nothing else was run");
        assertTrue(log().stream()
                .anyMatch(event -> event instanceof Event.ToolResulted result
                        && result.outcome() == ToolCall.Outcome.ERROR
                        && result.result().equals(Payload.of("there is no tool rm"))));
        assertTrue(log().contains(new Event.StepEnded("t1", 1, new Usage(10, 2))));
    }

    @Test
    void what_a_tool_says_of_its_progress_is_shown_and_not_logged() throws Exception {
        answer = new CompletableFuture<>();
        BlockingQueue<String> shown = new LinkedBlockingQueue<>();
        await(exchanges.subscribe(KEY, new FeedListener() {
            @Override
            public void events(Delivery delivery) {}

            @Override
            public void recovering(String turn) {}

            @Override
            public void signal(byte[] frame) {
                shown.add(new String(frame, StandardCharsets.UTF_8));
            }

            @Override
            public void ended() {}
        }));
        runTurn(sink -> {
            sink.call("look", Payload.of("{}"));
            sink.end(new Provider.End.Continue(Usage.UNKNOWN));
        });
        run.poll(10, TimeUnit.SECONDS);
        progress.get(10, TimeUnit.SECONDS).report(1, 2, "half of it");
        assertEquals(
                "{\"type\":\"tool_progress\",\"session\":\"s1\",\"callId\":\"k1\",\"done\":1,\"total\":2,\"message\":\"half of it\"}",
                shown.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void cancelling_a_turn_stops_its_tools() throws Exception {
        answer = new CompletableFuture<>();
        runTurn(sink -> {
            sink.call("look", Payload.of("{}"));
            sink.end(new Provider.End.Continue(Usage.UNKNOWN));
        });
        run.poll(10, TimeUnit.SECONDS);
        submit("c2", new Command.Cancel(""));
        assertEquals("k1", cancelled.poll(10, TimeUnit.SECONDS));
        assertEquals(TurnStatus.CANCELLED, ended().status());
    }

    @Test
    void the_arguments_that_were_approved_are_those_that_run() throws Exception {
        AtomicInteger steps = new AtomicInteger();
        runTurn(sink -> {
            if (steps.incrementAndGet() == 1) {
                sink.call("pay", Payload.of("{\"sum\":100}"));
                sink.end(new Provider.End.Continue(Usage.UNKNOWN));
            } else {
                sink.end(new Provider.End.Stop(Usage.UNKNOWN));
            }
        });
        awaitEvent(Event.ApprovalRequested.class);
        assertEquals(0, run.size(), "nothing runs before somebody approved");
        // Too long for the log, they lie apart from it; a tool is handed them whole all the same.
        Payload other = Payload.of(LONG);
        submit("c2", new Command.Decide(List.of("k1"), true, "", Optional.of(other), "", false));
        assertEquals(other, run.poll(10, TimeUnit.SECONDS).arguments());
        assertEquals(TurnStatus.COMPLETED, ended().status());
    }

    @Test
    void a_run_is_traced_with_its_steps_and_calls_and_models_and_tools_are_told_where() throws Exception {
        AtomicInteger steps = new AtomicInteger();
        runTurn(sink -> {
            if (steps.incrementAndGet() == 1) {
                sink.piece(DeltaKind.TEXT, "I ");
                sink.piece(DeltaKind.TEXT, "look");
                sink.call("look", Payload.of("{\"n\":1}"));
                sink.end(new Provider.End.Continue(new Usage(10, 2)));
            } else {
                sink.end(new Provider.End.Failed("model_error", "it broke"));
            }
        });
        assertEquals(TurnStatus.FAILED, ended().status());
        awaitTrue(() -> !traces.named("turn").getFirst().end.isEmpty());
        HeardTraces.Heard turn = traces.named("turn").getFirst();
        assertEquals(traces.named("append").getFirst().place(), turn.parent, "where the input was appended");
        assertEquals(
                "turn {epoch=1, gen_ai.usage.input_tokens=10, gen_ai.usage.output_tokens=2, sessionmesh.status=failed}"
                        + " [first_token] model_error",
                turn.toString());
        List<HeardTraces.Heard> run = traces.named("step");
        assertEquals(
                List.of(
                        "step {gen_ai.usage.input_tokens=10, gen_ai.usage.output_tokens=2, model=, provider=fake,"
                                + " sessionmesh.finish=tool_calls, sessionmesh.output=I look} [first_token] well",
                        "step {model=, provider=fake} [] model_error"),
                run.stream().map(Object::toString).toList());
        assertEquals(
                List.of(turn.place(), turn.place()),
                run.stream().map(step -> step.parent).toList());
        assertEquals(run.stream().map(HeardTraces.Heard::place).toList(), List.copyOf(asked));
        HeardTraces.Heard tool = traces.named("tool").getFirst();
        assertEquals(turn.place(), tool.parent);
        assertEquals("well", tool.end);
        assertEquals("{\"n\":1}", tool.said.get("gen_ai.tool.call.arguments"));
        assertEquals("\"found\"", tool.said.get("gen_ai.tool.call.result"));
        assertEquals(tool.place(), this.run.poll(10, TimeUnit.SECONDS).trace());
    }

    @Test
    void a_run_that_is_overtaken_is_told_as_such_and_the_next_one_is_another() throws Exception {
        runTurn(sink -> sink.piece(DeltaKind.TEXT, "a"));
        awaitEvent(Event.Tokens.class);
        long beat = ((Outcome.Done<State>) await(service.view(Access.ALL, KEY)))
                .value()
                .turn("t1")
                .orElseThrow()
                .beat();
        submit("", new Command.Claim("t1", 1, beat, new Runner("n2", "n2-1")));
        awaitTrue(() -> !traces.named("turn").getFirst().end.isEmpty());
        assertEquals("fenced", traces.named("turn").getFirst().end);
        assertEquals("taken_over", traces.named("turn").getFirst().said.get("sessionmesh.status"));
        assertEquals("cancelled", traces.named("step").getFirst().end);
    }

    private interface Model {
        void step(Provider.Sink sink);
    }

    private void runTurn(Model model) throws Exception {
        Provider provider = (request, sink) -> {
            asked.add(request.trace());
            vertx.runOnContext(now -> model.step(sink));
            return new Provider.Step() {
                @Override
                public void pause() {}

                @Override
                public void resume() {}

                @Override
                public void cancel() {}
            };
        };
        ToolExecutor tools = (call, reports) -> {
            progress.complete(reports);
            run.add(call);
            CompletableFuture<ToolExecutor.Result> mine = answer;
            return new ToolExecutor.Execution() {
                @Override
                public CompletableFuture<ToolExecutor.Result> result() {
                    return mine;
                }

                @Override
                public void cancel() {
                    cancelled.add(call.callId());
                }
            };
        };
        TurnRunner.Kit kit = new TurnRunner.Kit(
                service,
                exchanges,
                new Providers(Map.of("fake", provider), "fake"),
                ToolCatalogue.SCOPE,
                tools,
                Limits.DEFAULT,
                HostMeters.unread());
        submit("", new Command.Claim("t1", 0, 0, new Runner("n1", "n1-1")));
        exchanges.loopOf(KEY).execute(() -> new TurnRunner(kit, KEY, "t1", 1, () -> {}, ended -> {}).start());
    }

    private void submit(String id, Command command) throws Exception {
        CommandId known = id.isEmpty() ? CommandId.NONE : CommandId.parse(id);
        Origin origin = Origin.of(ADA).at(id.isEmpty() ? "" : CLIENT);
        Envelope envelope = new Envelope(KEY, known, 1, origin, System.currentTimeMillis(), 0, command);
        if (!(await(service.submit(envelope)) instanceof Outcome.Done<?>)) {
            throw new AssertionError(command + " was refused");
        }
    }

    private static void awaitTrue(java.util.function.BooleanSupplier holds) throws InterruptedException {
        while (!holds.getAsBoolean()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private Event.TurnEnded ended() throws Exception {
        return awaitEvent(Event.TurnEnded.class);
    }

    private <E extends Event> E awaitEvent(Class<E> type) throws Exception {
        while (true) {
            for (Event event : log()) {
                if (type.isInstance(event)) {
                    return type.cast(event);
                }
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private List<Event> log() {
        try {
            return ((Outcome.Done<Slice>) await(service.read(Access.ALL, KEY, 0, 1 << 20)))
                    .value().batches().stream()
                            .map(EventBatch::events)
                            .flatMap(List::stream)
                            .toList();
        } catch (Exception failed) {
            throw new AssertionError(failed);
        }
    }

    private List<String> texts() throws Exception {
        return ((Outcome.Done<Conversation>) await(service.conversation(Access.ALL, KEY)))
                .value().messages().stream().map(Conversation.Said::text).toList();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(10, TimeUnit.SECONDS);
    }
}
