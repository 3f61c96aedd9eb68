package dev.sessionmesh.provider.openai;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.port.Provider;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/** Streams from any endpoint that speaks OpenAI's Chat Completions. */
public final class OpenAiChatProvider implements Provider {
    private final Exchange.Line line;
    private final Blobs blobs;
    private final DoubleSupplier random;

    public OpenAiChatProvider(Vertx vertx, OpenAiSettings settings, Blobs blobs) {
        this(vertx, client(vertx, settings), settings, blobs);
    }

    /** @param client for a server that needs other trust, a proxy or a client certificate */
    public OpenAiChatProvider(Vertx vertx, HttpClient client, OpenAiSettings settings, Blobs blobs) {
        this(
                new Exchange.Line(vertx, client, settings, InstantSource.system(), System::nanoTime),
                blobs,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    /** @param random from 0 to 1, for the jitter of retries */
    OpenAiChatProvider(Exchange.Line line, Blobs blobs, DoubleSupplier random) {
        this.line = line;
        this.blobs = blobs;
        this.random = random;
    }

    @Override
    public Step start(Request request, Sink sink) {
        ChatStep step = new ChatStep(line, random, request, sink);
        Context context = line.vertx().getOrCreateContext();
        read(request)
                .onComplete(texts -> context.runOnContext(now -> {
                    if (texts.failed()) {
                        step.fail(Fault.lasting("unavailable", "a part of the conversation could not be read"));
                        return;
                    }
                    try {
                        step.begin(new ChatRequest(line.settings(), request, Transcript.of(request, texts.result())));
                    } catch (Fault.Raised raised) {
                        step.fail(raised.fault());
                    }
                }));
        return step;
    }

    private Future<Map<Payload.Blob, String>> read(Request request) {
        Map<Payload.Blob, String> texts = new ConcurrentHashMap<>();
        List<Future<String>> reading = Transcript.blobsOf(request).stream()
                .map(blob -> blobs.read(request.key(), blob).onSuccess(text -> texts.put(blob, text)))
                .toList();
        return Future.all(reading).map(done -> texts);
    }

    static HttpClient client(Vertx vertx, OpenAiSettings settings) {
        return vertx.createHttpClient(
                new HttpClientOptions(),
                new PoolOptions().setHttp1MaxSize(settings.limits().connections()));
    }
}
