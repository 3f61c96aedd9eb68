package dev.sessionmesh.provider.scripted;

import dev.sessionmesh.core.port.Provider;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Map;

/**
 * A provider without a model: what it says is a function of the conversation, so that any node can go on with a sentence that another
 * one began, at any character. Its models are {@code demo} (also when none is named) for people, {@code test} for tests and
 * {@code bench} for load.
 *
 * <p>How it takes steering: a runner that learns of an instruction cancels the step and starts it again with the text so far; the
 * instruction is then part of the conversation, and {@link Weaving} says where in the text it is acknowledged.
 */
public final class ScriptedProvider implements Provider {
    private final Performance.Stage stage;
    private final Map<String, Script> scripts;

    public ScriptedProvider(Vertx vertx, InstantSource clock) {
        this.stage = new Performance.Stage(vertx, clock, System::nanoTime);
        Script demo = new DemoScript();
        this.scripts = Map.of("", demo, "demo", demo, "test", new TestScript(), "bench", new BenchScript());
    }

    @Override
    public Step start(Request request, Sink sink) {
        Script script = scripts.getOrDefault(
                request.model(),
                unknown -> Script.failed(
                        "unknown_model", "there is no scripted model " + request.model() + ": demo, test or bench"));
        Iterator<Cue> cues = script.play(request);
        return new Performance(stage, cues, sink).begin();
    }
}
