package dev.sessionmesh.client;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A session's log as every fake node shares it: dense seqs, commands deduplicated by id, live subscribers. */
final class FakeSession {

    final String id;
    String lineage = "h1";
    private final List<JsonObject> events = new ArrayList<>();
    /** Clients whose numbers the session does not remember any more. */
    final Set<String> forgotten = ConcurrentHashMap.newKeySet();

    final FakeClaims claims = new FakeClaims();
    private final Map<String, Long> answered = new HashMap<>();
    private final List<Consumer<JsonObject>> subscribers = new ArrayList<>();
    private int clients;

    FakeSession(String id) {
        this.id = id;
    }

    synchronized long append(JsonObject event) {
        long seq = events.size() + 1L;
        JsonObject logged = event.copy().put("session", id).put("seq", seq);
        events.add(logged);
        List.copyOf(subscribers).forEach(s -> s.accept(logged));
        return seq;
    }

    synchronized long appendToken(String text) {
        return append(
                new JsonObject().put("type", "token").put("messageId", "m1").put("text", text));
    }

    /** The log's answer to a command: where it is, and whether it was there before. */
    synchronized JsonObject execute(JsonObject command) {
        String key = command.getString("id");
        if (forgotten.contains(key.substring(0, key.indexOf(':')))) {
            return new JsonObject()
                    .put("type", "error")
                    .put("id", key)
                    .put("session", id)
                    .put("code", "id_expired");
        }
        Long before = answered.get(key);
        if (before != null) {
            return ack(key, before).put("duplicate", true);
        }
        if (command.getString("type").startsWith("tool_")) {
            JsonObject answer = claims.execute(this, command);
            if (answer.containsKey("code")) {
                return answer.put("type", "error").put("id", key).put("session", id);
            }
            answered.put(key, answer.getLong("seq"));
            return ack(key, answer.getLong("seq"));
        }
        long seq = append(new JsonObject()
                .put("type", "input")
                .put("id", key)
                .put("messageId", "u" + events.size())
                .put("turn", "t1")
                .put("text", command.getString("text", command.getString("instruction", ""))));
        answered.put(key, seq);
        return ack(key, seq);
    }

    private JsonObject ack(String key, long seq) {
        return new JsonObject()
                .put("type", "ack")
                .put("id", key)
                .put("session", id)
                .put("seq", seq);
    }

    /** Answers an attach, replays what it asked for and subscribes, without a moment in between. */
    synchronized void attach(JsonObject attach, Consumer<JsonObject> to) {
        String client = attach.containsKey("client") ? attach.getString("client") : "c" + ++clients;
        JsonObject answer = new JsonObject()
                .put("type", "attached")
                .put("session", id)
                .put("head", head())
                .put("pos", lineage)
                .put("client", client);
        boolean diverged = attach.containsKey("pos") && !attach.getString("pos").equals(lineage);
        if (attach.containsKey("after") && !diverged) {
            to.accept(answer.put("resumed", true));
            events.stream().skip(attach.getLong("after")).forEach(to);
        } else {
            JsonObject snapshot =
                    new JsonObject().put("seq", head()).put("messages", 2).put("turns", new JsonArray());
            answer.put("resumed", false)
                    .put("reason", diverged ? "diverged" : "new")
                    .put("snapshot", snapshot);
            to.accept(diverged ? answer.put("rewindTo", 1) : answer);
            to.accept(message("m1", true));
            to.accept(message("m1", false));
        }
        subscribers.add(to);
    }

    private JsonObject message(String messageId, boolean more) {
        JsonObject message = new JsonObject()
                .put("type", "message")
                .put("session", id)
                .put("messageId", messageId)
                .put("role", "assistant")
                .put("text", "folded ")
                .put("status", "complete");
        return more ? message.put("more", true) : message;
    }

    /** Forgets every client so far, as when many others came. */
    synchronized void forgetClients() {
        for (int i = 1; i <= clients; i++) {
            forgotten.add("c" + i);
        }
    }

    synchronized void detach(Consumer<JsonObject> from) {
        subscribers.remove(from);
    }

    synchronized long head() {
        return events.size();
    }

    synchronized List<JsonObject> events() {
        return List.copyOf(events);
    }

    synchronized int subscribers() {
        return subscribers.size();
    }
}
