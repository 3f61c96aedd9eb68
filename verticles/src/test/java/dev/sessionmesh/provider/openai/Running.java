package dev.sessionmesh.provider.openai;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.SessionKey;
import dev.sessionmesh.core.port.Provider;
import dev.sessionmesh.provider.RecordingSink;
import dev.sessionmesh.provider.Talk;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A step under way on an event loop, watched from the test's thread. */
final class Running {
    /** No retry waits long, and the bounds are easy to reach. */
    static final OpenAiLimits QUICK = quick(Duration.ofSeconds(10));

    /** For servers that hang: silence is noticed soon, though not so soon that a busy machine would be taken for silent. */
    static final OpenAiLimits IMPATIENT = quick(Duration.ofSeconds(1));

    private static OpenAiLimits quick(Duration idle) {
        return new OpenAiLimits(
                Duration.ofSeconds(5),
                idle,
                idle,
                2,
                2,
                Duration.ofMillis(20),
                Duration.ofSeconds(3),
                65_536,
                4,
                4_096,
                1_024,
                8);
    }

    final RecordingSink sink = new RecordingSink();
    private final Context context;
    private Provider.Step step;

    private Running(Context context) {
        this.context = context;
    }

    static Running start(Vertx vertx, OpenAiSettings settings, Talk talk) {
        return start(vertx, settings, talk, running -> {});
    }

    static Running start(
            Vertx vertx, HttpClient client, OpenAiSettings settings, Talk talk, Consumer<Running> prepared) {
        return start(vertx, new OpenAiChatProvider(vertx, client, settings, Running::blob), talk, prepared);
    }

    static Running start(Vertx vertx, OpenAiSettings settings, Talk talk, Consumer<Running> prepared) {
        return start(vertx, new OpenAiChatProvider(vertx, settings, Running::blob), talk, prepared);
    }

    private static Running start(Vertx vertx, Provider provider, Talk talk, Consumer<Running> prepared) {
        Running running = new Running(vertx.getOrCreateContext());
        prepared.accept(running);
        running.context.runOnContext(go -> running.step = provider.start(talk.request("", "t1"), running.sink));
        return running;
    }

    private static Future<String> blob(SessionKey key, Payload.Blob blob) {
        return Future.succeededFuture("blob of " + blob.bytes());
    }

    /** Runs on the step's event loop. */
    void then(Consumer<Provider.Step> work) {
        context.runOnContext(go -> work.accept(step));
    }

    Provider.Step step() {
        return step;
    }

    Provider.End end() {
        return await(sink.end());
    }

    String failure() {
        return end() instanceof Provider.End.Failed(String code, String reason) ? code : "did not fail";
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(20, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("nothing happened within 20 s", late);
        }
    }
}
