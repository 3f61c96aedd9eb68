package dev.sessionmesh.chaos.fault;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A model behind OpenAI's Chat Completions that counts: {@code slow N} is answered with {@code 0 1 ... N-1 }, a piece every few
 * milliseconds, and goes on where it was cut off when asked to. It can be told to behave badly.
 */
public final class ModelServer {

    /** How it behaves towards requests that come from now on. */
    public enum Mood {
        WELL,
        /** Takes the request and says nothing. */
        HANGS,
        /** Says half of it and then nothing more. */
        STALLS,
        /** Says half of it and closes the connection. */
        BREAKS_OFF,
        /** 200, and bytes that are no stream of events. */
        BABBLES,
        /** A stream whose events are no JSON. */
        BABBLES_EVENTS,
        /** 429 with a wish to be asked again later. */
        TOO_MANY,
        /** 500. */
        FAILS
    }

    private static final long PIECE_MS = 10;
    private static final Pattern SLOW = Pattern.compile("slow (\\d+)");
    private static final Pattern LAST_WORDS = Pattern.compile("<<<(.*)>>>", Pattern.DOTALL);

    private final Vertx vertx;
    private final HttpServer server;
    private volatile Mood mood = Mood.WELL;

    private ModelServer(Vertx vertx) {
        this.vertx = vertx;
        this.server = vertx.createHttpServer().requestHandler(this::take);
    }

    public static Future<ModelServer> start(Vertx vertx, String host) {
        ModelServer model = new ModelServer(vertx);
        return model.server.listen(0, host).map(listening -> model);
    }

    public int port() {
        return server.actualPort();
    }

    public void set(Mood other) {
        mood = other;
    }

    private void take(HttpServerRequest request) {
        Mood now = mood;
        request.body().onSuccess(body -> answer(request, now, body.toJsonObject()));
    }

    private void answer(HttpServerRequest request, Mood now, JsonObject body) {
        HttpServerResponse response = request.response();
        List<String> pieces = pieces(body.getJsonArray("messages", new JsonArray()));
        switch (now) {
            case WELL -> say(response, pieces, pieces.size(), () -> finish(response));
            case HANGS -> {}
            case STALLS -> say(response, pieces, pieces.size() / 2, () -> {});
            case BREAKS_OFF ->
                say(response, pieces, pieces.size() / 2, () -> request.connection()
                        .close());
            case BABBLES -> response.end("%PDF-1.4 this is not what you think it is \u0000\u0001\u0002");
            case BABBLES_EVENTS -> stream(response).end("data: {\"choices\":[{]]\n\ndata: <html>\n\n");
            case TOO_MANY ->
                response.setStatusCode(429).putHeader("Retry-After", "1").end("{\"error\":\"slow down\"}");
            case FAILS -> response.setStatusCode(500).end("{\"error\":\"no\"}");
        }
    }

    private static HttpServerResponse stream(HttpServerResponse response) {
        return response.setChunked(true).putHeader("Content-Type", "text/event-stream");
    }

    private void say(HttpServerResponse response, List<String> pieces, int count, Runnable then) {
        stream(response);
        say(response, pieces, 0, count, then);
    }

    private void say(HttpServerResponse response, List<String> pieces, int at, int count, Runnable then) {
        if (response.closed()) {
            return;
        }
        if (at >= count) {
            then.run();
            return;
        }
        response.write(event(new JsonObject().put("content", pieces.get(at)), ""));
        vertx.setTimer(PIECE_MS, due -> say(response, pieces, at + 1, count, then));
    }

    private static void finish(HttpServerResponse response) {
        response.end(event(new JsonObject(), "stop") + "data: [DONE]\n\n");
    }

    private static String event(JsonObject delta, String finish) {
        JsonObject choice = new JsonObject().put("index", 0).put("delta", delta);
        if (!finish.isEmpty()) {
            choice.put("finish_reason", finish);
        }
        return "data: "
                + new JsonObject().put("choices", new JsonArray().add(choice)).encode() + "\n\n";
    }

    /** What is still to be said: when an answer was cut off, its last words as asked for, and the rest of it. */
    static List<String> pieces(JsonArray messages) {
        String asked = "";
        String said = "";
        String lastWords = "";
        for (int i = 0; i < messages.size(); i++) {
            JsonObject message = messages.getJsonObject(i);
            String content = String.valueOf(message.getValue("content"));
            Matcher goOn = LAST_WORDS.matcher(content);
            if (message.getString("role", "").equals("assistant")) {
                said = content;
            } else if (goOn.find()) {
                lastWords = goOn.group(1);
            } else {
                asked = content;
                said = "";
            }
        }
        String whole = whole(asked);
        String rest = whole.startsWith(said) ? lastWords + whole.substring(said.length()) : whole;
        return Pattern.compile("(?<= )").splitAsStream(rest).toList();
    }

    private static String whole(String asked) {
        Matcher slow = SLOW.matcher(asked);
        int count = slow.matches() ? Integer.parseInt(slow.group(1)) : 3;
        return IntStream.range(0, count).mapToObj(i -> i + " ").collect(Collectors.joining());
    }
}
