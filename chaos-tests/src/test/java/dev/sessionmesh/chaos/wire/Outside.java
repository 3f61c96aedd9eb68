package dev.sessionmesh.chaos.wire;

import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;

/** All that a mesh talks to, in one server: a model, a tool, a webhook's receiver and a collector of traces. */
final class Outside implements AutoCloseable {
    /** What the model and the tool say, and nobody else. */
    static final String MODEL_SAYS = "celesta-99";

    static final String TOOL_SAYS = "marimba-88";

    /** @param node that tells it */
    record Told(String node, Span span) {
        String text(String name) {
            return span.getAttributesList().stream()
                    .filter(attribute -> attribute.getKey().equals(name))
                    .map(KeyValue::getValue)
                    .map(value -> value.hasStringValue()
                            ? value.getStringValue()
                            : value.hasBoolValue() ? "" + value.getBoolValue() : "" + value.getIntValue())
                    .findFirst()
                    .orElse("");
        }
    }

    private final Vertx vertx = Vertx.vertx();
    private final int port;
    private final List<Told> told = new CopyOnWriteArrayList<>();
    /** The {@code traceparent} of each request, by path. */
    private final Map<String, List<String>> places = new ConcurrentHashMap<>();

    private final List<String> authorizations = new CopyOnWriteArrayList<>();

    Outside() throws Exception {
        port = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> handle(request, body)))
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS)
                .actualPort();
    }

    String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    List<Told> told() {
        return told;
    }

    List<String> places(String path) {
        return places.getOrDefault(path, List.of());
    }

    /** What collectors were shown. */
    List<String> authorizations() {
        return authorizations;
    }

    private void handle(HttpServerRequest request, Buffer body) {
        places.computeIfAbsent(request.path(), path -> new CopyOnWriteArrayList<>())
                .add(String.valueOf(request.getHeader("traceparent")));
        switch (request.path()) {
            case "/v1/traces" -> {
                authorizations.add(String.valueOf(request.getHeader("Authorization")));
                take(body.getBytes());
                request.response().end();
            }
            case "/tool" -> request.response().end("\"" + TOOL_SAYS + "\"");
            case "/hook" -> request.response().setStatusCode(204).end();
            default -> answer(request.response(), body.toJsonObject().getJsonArray("messages"));
        }
    }

    private void take(byte[] zipped) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            ExportTraceServiceRequest.parseFrom(in).getResourceSpansList().forEach(resource -> {
                String node = resource.getResource().getAttributesList().stream()
                        .filter(attribute -> attribute.getKey().equals("sessionmesh.node"))
                        .map(attribute -> attribute.getValue().getStringValue())
                        .findFirst()
                        .orElse("");
                resource.getScopeSpansList()
                        .forEach(scope -> scope.getSpansList().forEach(span -> told.add(new Told(node, span))));
            });
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    /** {@code call}: calls the tool. {@code break}: refuses. {@code hold}: talks until it is cut off, and to who asks again for the rest it says that. */
    private void answer(HttpServerResponse response, JsonArray messages) {
        JsonObject last = messages.getJsonObject(messages.size() - 1);
        String asked = last.getString("content", "");
        boolean first = last.getString("role").equals("user");
        if (asked.startsWith("break")) {
            response.setStatusCode(400).end("{\"error\":{\"message\":\"" + MODEL_SAYS + "\"}}");
            return;
        }
        response.setChunked(true).putHeader("Content-Type", "text/event-stream");
        if (first && asked.startsWith("call")) {
            response.end(call());
        } else if (first && asked.startsWith("hold")) {
            talk(response);
        } else {
            response.end(text(MODEL_SAYS + " ") + event(new JsonObject(), "stop"));
        }
    }

    private void talk(HttpServerResponse response) {
        long timer = vertx.setPeriodic(20, tick -> response.write(text("la ")));
        response.closeHandler(cut -> vertx.cancelTimer(timer));
        response.exceptionHandler(cut -> vertx.cancelTimer(timer));
    }

    private static String call() {
        JsonObject call = new JsonObject()
                .put("index", 0)
                .put("id", "x1")
                .put("type", "function")
                .put("function", new JsonObject().put("name", "look").put("arguments", "{\"n\":1}"));
        return event(new JsonObject().put("tool_calls", new JsonArray().add(call)), null)
                + event(new JsonObject(), "tool_calls");
    }

    private static String text(String text) {
        return event(new JsonObject().put("content", text), null);
    }

    private static String event(JsonObject delta, String finish) {
        JsonObject choice = new JsonObject().put("index", 0).put("delta", delta).put("finish_reason", finish);
        String data =
                new JsonObject().put("choices", new JsonArray().add(choice)).encode();
        return "data: " + data + "\n\n" + (finish == null ? "" : "data: [DONE]\n\n");
    }

    @Override
    public void close() throws Exception {
        vertx.close().await(10, TimeUnit.SECONDS);
    }
}
