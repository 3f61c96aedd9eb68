package dev.sessionmesh.gateway.http;

import dev.sessionmesh.access.quota.TooMuch;
import dev.sessionmesh.codec.json.ServerJson;
import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.Outcome;
import dev.sessionmesh.telemetry.metrics.CounterOf;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How everything answers: JSON that nobody caches, and refusals with their code and status. */
public final class Answers {
    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
    /** When to come back after a refusal that may be over soon. */
    private static final int RETRY_SECONDS = 1;
    /** Where a request keeps who counts the errors that it is answered with. */
    private static final String COUNTED = "errors";

    private Answers() {}

    /** From here on the errors that requests are answered with are counted. */
    static Handler<RoutingContext> counting(CounterOf<ErrorCode> errors) {
        return call -> call.put(COUNTED, errors).next();
    }

    static void json(RoutingContext call, int status, byte[] body) {
        json(call, status, Buffer.buffer(body));
    }

    static void json(RoutingContext call, int status, Buffer body) {
        json(call.response(), status, body);
    }

    private static void json(HttpServerResponse response, int status, Buffer body) {
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .putHeader("Cache-Control", "no-store")
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .end(body);
        }
    }

    /** Text that somebody else wrote: a browser must save it, never show it as a page of this host. */
    static void download(RoutingContext call, String name, byte[] utf8) {
        call.response()
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .putHeader("Content-Disposition", "attachment; filename=\"" + name + "\"")
                .putHeader("Content-Security-Policy", "sandbox; default-src 'none'")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .end(Buffer.buffer(utf8));
    }

    static void refuse(RoutingContext call, ErrorCode code, String message) {
        refuse(call, code.httpStatus(), code, message, Map.of());
    }

    static void refuse(RoutingContext call, Outcome.Refused<?> refused) {
        refuse(call, refused.code().httpStatus(), refused.code(), refused.message(), refused.details());
    }

    static void refuse(RoutingContext call, int status, ErrorCode code, String message, Map<String, String> details) {
        Optional.ofNullable(call.<CounterOf<ErrorCode>>get(COUNTED)).ifPresent(errors -> errors.increment(code));
        refuse(call.response(), status, code, message, details);
    }

    /** For what is refused before it reaches the routes; whoever does counts it. */
    public static void refuse(HttpServerResponse response, ErrorCode code, String message) {
        refuse(response, code.httpStatus(), code, message, Map.of());
    }

    /** For what is too much for the moment; whoever finds it so counts it. */
    static void refuse(HttpServerResponse response, TooMuch limit) {
        ErrorCode code = ErrorCode.RATE_LIMITED;
        response.putHeader("Retry-After", Long.toString(Math.ceilDiv(limit.retryAfterMs(), 1_000)));
        json(
                response,
                code.httpStatus(),
                Buffer.buffer(ServerJson.httpError(code, limit.limit(), Map.of(), limit.retryAfterMs())));
    }

    private static void refuse(
            HttpServerResponse response, int status, ErrorCode code, String message, Map<String, String> details) {
        if (status == 503 || status == 429) {
            response.putHeader("Retry-After", Integer.toString(RETRY_SECONDS));
        }
        json(response, status, Buffer.buffer(ServerJson.httpError(code, message, details, 0)));
    }

    /** Answers when the work is done: with {@code done}, with the refusal, or with {@code internal}. */
    static <T> void when(RoutingContext call, Future<Outcome<T>> work, Consumer<T> done) {
        work.map(outcome -> {
                    switch (outcome) {
                        case Outcome.Done<T>(T value) -> done.accept(value);
                        case Outcome.Refused<T> refused -> refuse(call, refused);
                    }
                    return outcome;
                })
                .onFailure(call::fail);
    }

    /** Answers what no route did. */
    static void failed(RoutingContext call) {
        if (call.failure() instanceof BadRequestException bad) {
            refuse(call, bad.code(), bad.getMessage());
            return;
        }
        switch (call.statusCode()) {
            case 404 -> refuse(call, 404, ErrorCode.UNKNOWN_TYPE, "no such resource", Map.of());
            case 405 -> refuse(call, 405, ErrorCode.UNKNOWN_TYPE, "no such method here", Map.of());
            case 413 -> refuse(call, ErrorCode.TOO_LARGE, "the body is too large");
            case 400 -> refuse(call, ErrorCode.BAD_FIELD, "the request cannot be read");
            default -> {
                LOG.error(
                        "{} {} failed", call.request().method(), call.request().path(), call.failure());
                refuse(call, ErrorCode.INTERNAL, "the request failed");
            }
        }
    }
}
