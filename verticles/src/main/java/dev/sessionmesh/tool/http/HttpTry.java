package dev.sessionmesh.tool.http;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.port.ToolExecutor.Call;
import dev.sessionmesh.tool.CallKey;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.Results;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One POST. It ends once, with the answer or with what was wrong. */
final class HttpTry {
    private final HttpLine line;
    private final NodeTools.HttpTool tool;
    private final Call call;
    private final Consumer<Answer> end;
    private @Nullable HttpClientRequest request;
    private long timer = -1;
    private boolean over;

    HttpTry(HttpLine line, NodeTools.HttpTool tool, Call call, Consumer<Answer> end) {
        this.line = line;
        this.tool = tool;
        this.call = call;
        this.end = end;
    }

    void start() {
        timer = line.vertx().setTimer(tool.timeout().toMillis(), fired -> late());
        byte[] body = body();
        line.client().request(options(body)).onComplete(connected -> {
            if (over) {
                if (connected.succeeded()) {
                    connected.result().reset();
                }
            } else if (connected.failed()) {
                over(Answer.unreached());
            } else {
                request = connected.result();
                request.send(Buffer.buffer(body)).onSuccess(this::read).onFailure(broke -> broken());
            }
        });
    }

    /** Lets go of it; nothing comes of it any more. */
    void abort() {
        over = true;
        line.vertx().cancelTimer(timer);
        if (request != null) {
            request.reset();
        }
    }

    private RequestOptions options(byte[] body) {
        String key = CallKey.of(call);
        long seconds = line.clock().instant().getEpochSecond();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(tool.url().toString())
                .setConnectTimeout(line.limits().connect().toMillis())
                .setFollowRedirects(false)
                .putHeader("Content-Type", "application/json")
                .putHeader("Accept", "application/json")
                .putHeader("User-Agent", "sessionmesh")
                .putHeader("Idempotency-Key", key)
                .putHeader("webhook-id", key)
                .putHeader("webhook-timestamp", Long.toString(seconds))
                .putHeader("webhook-signature", WebhookSignature.of(tool.signingKey(), key, seconds, body));
        return call.trace().isEmpty() ? options : options.putHeader("traceparent", call.trace());
    }

    /** Arguments go as they are in the log, character by character: what was approved is what is sent. */
    private byte[] body() {
        String given = call.arguments() instanceof Payload.Inline(String text) ? text : "";
        String about = new JsonObject()
                .put("id", CallKey.of(call))
                .put("tool", tool.name())
                .put("tenant", call.key().tenant())
                .put("session", call.key().id())
                .put("call", call.callId())
                .encode();
        String arguments = given.isBlank() ? "{}" : given;
        return (about.substring(0, about.length() - 1) + ",\"arguments\":" + arguments + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private void read(HttpClientResponse response) {
        Buffer body = Buffer.buffer();
        response.handler(part -> {
            body.appendBuffer(part);
            if (body.length() > line.limits().resultBytes()) {
                over(new Answer.Final(Results.error("tool " + tool.name() + ": its answer is longer than "
                        + line.limits().resultBytes() + " bytes")));
            }
        });
        response.exceptionHandler(broke -> broken());
        response.endHandler(done -> over(Answer.of(
                response.statusCode(),
                body.toString(),
                Optional.ofNullable(response.getHeader("Retry-After"))
                        .flatMap(said -> Waits.asked(said, line.clock().instant())),
                line.limits())));
    }

    private void late() {
        over(request == null ? Answer.unreached() : Answer.broken("it gave no answer in time"));
    }

    private void broken() {
        over(Answer.broken("the connection broke before it had answered"));
    }

    private void over(Answer answer) {
        if (!over) {
            abort();
            end.accept(answer);
        }
    }
}
