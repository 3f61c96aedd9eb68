package dev.sessionmesh.gateway.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a WebSocket heard, to be asked for in turn. */
final class HeardFrames implements WebSocket.Listener {
    private final LinkedBlockingQueue<JsonObject> frames = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        text.append(part);
        if (last) {
            frames.add(new JsonObject(text.toString()));
            text.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        closed.complete(code);
        return null;
    }

    /** The next frame of a type; others are passed over. */
    JsonObject next(String type) throws InterruptedException {
        JsonObject frame = new JsonObject();
        while (!type.equals(frame.getString("type"))) {
            frame = frames.poll(20, TimeUnit.SECONDS);
            assertTrue(frame != null, "no " + type + " came");
        }
        return frame;
    }

    /** The code of the error that answers a command; {@code ack} when there is none. */
    String answerTo(String id) throws InterruptedException {
        JsonObject frame = new JsonObject();
        while (!id.equals(frame.getString("id"))
                || frame.containsKey("seq") && !"ack".equals(frame.getString("type"))) {
            frame = frames.poll(20, TimeUnit.SECONDS);
            assertTrue(frame != null, "no answer to " + id + " came");
        }
        return frame.getString("code", frame.getString("type"));
    }

    /** How many that nobody asked for yet have a field of this value. */
    long left(String field, String value) {
        return frames.stream()
                .filter(frame -> value.equals(frame.getValue(field)))
                .count();
    }

    int closed() throws Exception {
        return closed.get(20, TimeUnit.SECONDS);
    }
}
