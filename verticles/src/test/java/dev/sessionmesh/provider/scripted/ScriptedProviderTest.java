package dev.sessionmesh.provider.scripted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.core.port.Provider.End;
import dev.sessionmesh.core.port.ToolExecutor;
import dev.sessionmesh.core.session.ToolCall;
import dev.sessionmesh.core.session.Usage;
import dev.sessionmesh.provider.RecordingSink;
import dev.sessionmesh.provider.Talk;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ScriptedProviderTest {
    private final RecordingSink sink = new RecordingSink();
    private final AtomicReference<Provider.Step> step = new AtomicReference<>();

    @Test
    void streams_a_script_to_its_end(Vertx vertx, VertxTestContext test) {
        start(vertx, "test", "slow 20");
        sink.end()
                .onComplete(test.succeeding(end -> test.verify(() -> {
                    assertInstanceOf(End.Stop.class, end);
                    assertEquals(20, sink.pieces.size());
                    assertTrue(sink.text().startsWith("0 1 2 ") && sink.text().endsWith("18 19 "));
                    test.completeNow();
                })));
    }

    @Test
    void an_unknown_model_fails(Vertx vertx, VertxTestContext test) {
        start(vertx, "gpt", "hi");
        sink.end()
                .onComplete(test.succeeding(end -> test.verify(() -> {
                    assertEquals(
                            "unknown_model",
                            assertInstanceOf(End.Failed.class, end).code());
                    test.completeNow();
                })));
    }

    @Test
    void pieces_that_are_late_come_together(Vertx vertx, VertxTestContext test) {
        AtomicLong nanos = new AtomicLong();
        List<Cue> cues = new ArrayList<>();
        LongStream.range(0, 9).forEach(i -> cues.add(new Cue.Say("x", i == 0 ? 0 : 10_000)));
        cues.add(new Cue.Finish(new Provider.End.Stop(Usage.UNKNOWN)));
        AtomicLong inTime = new AtomicLong();
        sink.onPiece(count -> {
            if (count == 1) {
                nanos.addAndGet(45_000_000);
            }
        });
        vertx.runOnContext(go -> {
            new Performance(stage(vertx, nanos), cues.iterator(), sink).begin();
            vertx.runOnContext(next -> vertx.runOnContext(then -> {
                inTime.set(sink.pieces.size());
                nanos.addAndGet(1_000_000_000);
            }));
        });
        sink.end()
                .onComplete(test.succeeding(end -> test.verify(() -> {
                    assertEquals(5, inTime.get(), "the first one, and the four that became due meanwhile");
                    assertEquals(9, sink.pieces.size());
                    test.completeNow();
                })));
    }

    @Test
    void time_spent_paused_is_not_made_up_for(Vertx vertx, VertxTestContext test) {
        AtomicLong nanos = new AtomicLong();
        List<Cue> cues = new ArrayList<>();
        LongStream.range(0, 9).forEach(i -> cues.add(new Cue.Say("x", i == 0 ? 0 : 10_000)));
        cues.add(new Cue.Finish(new Provider.End.Stop(Usage.UNKNOWN)));
        vertx.runOnContext(go -> {
            Performance played = new Performance(stage(vertx, nanos), cues.iterator(), sink).begin();
            sink.onPiece(count -> {
                if (count == 1) {
                    played.pause();
                    nanos.addAndGet(1_000_000_000);
                    vertx.runOnContext(later -> {
                        played.resume();
                        vertx.runOnContext(resumed -> vertx.runOnContext(then -> test.verify(() -> {
                            assertEquals(1, sink.pieces.size(), "the next one is due ten milliseconds from now");
                            played.cancel();
                            test.completeNow();
                        })));
                    });
                }
            });
        });
    }

    @Test
    void a_pause_stops_at_once_and_a_resume_goes_on(Vertx vertx, VertxTestContext test) {
        sink.onPiece(count -> {
            if (count == 3) {
                step.get().pause();
                vertx.setTimer(30, later -> {
                    test.verify(() -> assertEquals(3, sink.pieces.size()));
                    step.get().resume();
                });
            }
        });
        start(vertx, "bench", "bench 5000 0 64");
        sink.end()
                .onComplete(test.succeeding(end -> test.verify(() -> {
                    assertEquals(5000, sink.pieces.size());
                    test.completeNow();
                })));
    }

    @Test
    void a_load_without_pauses_leaves_the_event_loop_to_others(Vertx vertx, VertxTestContext test) {
        AtomicLong seen = new AtomicLong();
        sink.onPiece(count -> {
            if (count == 1) {
                vertx.setTimer(1, others -> {
                    step.get().cancel();
                    seen.set(sink.pieces.size());
                    vertx.setTimer(
                            20,
                            later -> test.verify(() -> {
                                assertEquals(seen.get(), sink.pieces.size(), "nothing after a cancel");
                                test.completeNow();
                            }));
                });
            }
        });
        start(vertx, "bench", "bench 100000000 0 18");
    }

    @Test
    void stamps_tell_when_they_were_said(Vertx vertx, VertxTestContext test) {
        start(vertx, "bench", "bench 2 1000 32");
        sink.end()
                .onComplete(test.succeeding(end -> test.verify(() -> {
                    assertEquals("1772366400123456|", sink.pieces.getFirst().substring(0, 17));
                    assertEquals(32, sink.pieces.getFirst().length());
                    test.completeNow();
                })));
    }

    @Test
    void the_tools_of_the_scripts_run(Vertx vertx, VertxTestContext test) {
        ToolExecutor tools = new ScriptedTools(vertx);
        run(tools, "k1", "deleteFile", "{\"path\":\"draft.txt\"}")
                .thenCombine(run(tools, "k2", "nonsense", "{}"), List::of)
                .thenCombine(run(tools, "k3", "createTag", "[]"), (two, third) -> {
                    test.verify(() -> {
                        assertEquals(ToolCall.Outcome.OK, two.getFirst().outcome());
                        assertEquals(
                                Payload.of("{\"deleted\":\"draft.txt\"}"),
                                two.getFirst().payload());
                        assertEquals(ToolCall.Outcome.ERROR, two.get(1).outcome());
                        assertEquals(ToolCall.Outcome.ERROR, third.outcome());
                        test.completeNow();
                    });
                    return third;
                });
    }

    private void start(Vertx vertx, String model, String question) {
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00.123456Z"));
        Provider provider = new ScriptedProvider(vertx, clock);
        vertx.runOnContext(go -> step.set(provider.start(Talk.about(question).request(model, "t1"), sink)));
    }

    private static Performance.Stage stage(Vertx vertx, AtomicLong nanos) {
        return new Performance.Stage(vertx, InstantSource.system(), nanos::get);
    }

    private static CompletionStage<ToolExecutor.Result> run(ToolExecutor tools, String id, String tool, String json) {
        SessionKey key = new SessionKey("default", "s1");
        ToolSpec spec = ToolSpec.named(tool, Executor.SERVER);
        return tools.run(new ToolExecutor.Call(key, spec, id, Payload.of(json)), (done, total, message) -> {})
                .result();
    }
}
